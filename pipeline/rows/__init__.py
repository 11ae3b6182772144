"""Tables that people and catalogues write, row by row: hostile text in, typed rows or a reason out.

Belongs here: CSV text, types by the registry, refusing rows. Does not belong here: what a row is about (prices/,
evidence/).
"""
