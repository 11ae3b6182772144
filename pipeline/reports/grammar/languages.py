"""Sentences in other languages than English: sizes and growth of the market, and what is said of regions and members.

Belongs here: forms, one row each (see notation.py); a form is tried only on a page in its language. Does not belong
here: how these languages name a market (languages.py), scale and currency words (numbers.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

from pipeline.reports.claims import Metric
from pipeline.reports.grammar.notation import Form

_CAGR_NAME = r"(?:cagr|tcac|tcca|tacc|tcma)"
# What is said of a region and of a member alike, behind its name; singular and plural.
_LEADS_FR = r" (?:(?:a|ont) dominé|domin(?:e|ent|ait|aient)|(?:déten(?:ait|aient)|détien(?:t|nent)|(?:a|ont) détenu|représent(?:ait|aient|e|ent)) la plus (?:grande|forte|importante) part)\b"
_SHARE_FR = r" (?:(?:a|ont) dominé|domin(?:e|ent|ait|aient)|déten(?:ait|aient)|détien(?:t|nent)|représent(?:ait|aient|e|ent))(?: M)?(?:,? (?:avec|la plus grande part|une part|de plus|d['’]environ|environ|soit|de|du marché))* ?~N(?! par an)"
_FASTEST_FR = rf" (?:devrai(?:t|ent)|va|vont|pourrai(?:t|ent))[^RSCOVNXK;.|]{{0,60}}?\b(?:le {_CAGR_NAME} le plus élevé|la croissance la plus (?:rapide|forte|élevée)|le plus rapidement|le taux de croissance le plus élevé)"
_RATE_FR = rf" (?:devrai(?:t|ent)|va|vont|croîtr(?:a|ont)|progresser(?:a|ont)|affich(?:e|ent|era|eront)|enregistr(?:e|ent|era|eront)|croît|croissent|progress(?:e|ent))(?:(?: [^RSCOVNXK;.|]{{0,60}}?)? (?:un |le |son |leur )?{_CAGR_NAME}(?: le plus élevé)?,? (?:de |d['’])|(?: (?:croître|progresser|augmenter))? (?:de |à un rythme de )(?=[^A-Z]{{0,25}}[N] (?:par an|en moyenne annuelle))) ?~N"
_LEADS_ES = r" (?:domin(?:ou|ó|a|ava|aba|aram|aron|am|an)|lider(?:ou|ó|a|ava|aba|aram|aron|am|an)|(?:detinham?|detém|detêm|deteve|representou|representava|representa[mn]?|tuvo|tenían?|representó|registró) (?:a|la) (?:maior|mayor) (?:participação|quota|fatia|cuota|participación))\b"
_SHARE_ES = r" (?:domin(?:ou|ó|a|aram|aron)|lider(?:ou|ó|a|aram|aron)|detinham?|detém|detêm|deteve|representou|representó|representa[mn]?|representavam?|tuvo|tenían?)(?: M)?(?:,? (?:com|con|(?:a|la) (?:maior|mayor)|um[ao]?|una?|participação|quota|fatia|cuota|participación|cerca|de|del|do|mercado))* ?,? ?~N(?! (?:ao|por|al) (?:ano|año))"
_FASTEST_ES = rf" (?:devem?|deverá|deverão|será|debería|registrará|crecerá)[^RSCOVNXK;.|]{{0,60}}?\b(?:(?:o|el) crec?s?cimi?ento (?:mais|más) rápido|(?:a|la|o|el) (?:maior|mayor) (?:{_CAGR_NAME}|crescimento|crecimiento)|(?:mais|más) rápid[ao])"
_RATE_ES = rf" (?:dev(?:e|em|erá|erão)|vai|vão|crescer(?:á|ão)|crecer(?:á|án)|registrar(?:á|ão|án)|cresce|crescem|crece|crecen)(?:(?: [^RSCOVNXK;.|]{{0,60}}?)? (?:um |uma |una )?{_CAGR_NAME},? (?:de |del )|(?: (?:crescer|crecer))? (?:a |un )?(?=[^A-Z]{{0,25}}[N] (?:ao|por|al) (?:ano|año))) ?~N"

LANGUAGE_FORMS: tuple[Form, ...] = (
    Form(
        "sized_fr", Metric.MARKET_VALUE, "@fr V",
        "Le marché des widgets était évalué à environ 12,5 milliards de dollars en 2024.",
        r"\b(?:(?:évalué|estimé|valorisé|chiffré)e?s? à|(?:s['’]élevait|s['’]élève|se chiffrait) à|atteignait|a atteint|représentait|représente|pesait|valait|d['’]une valeur de) ?~V",
    ),
    Form(
        "reach_fr", Metric.MARKET_VALUE, "@fr V",
        "Le marché devrait atteindre 25 milliards d'euros d'ici 2034.",
        r"\b(?:atteindre|atteindra|dépasser|dépassera|s['’]élever à|s['’]établir à|valoir)(?: une valeur de| les)? ~V",
    ),
    Form(
        "from_fr", Metric.MARKET_VALUE, "@fr V",
        "Le marché des widgets passera de 12,5 milliards USD en 2024 à 25 milliards USD en 2034.",
        r"\b(?:passer|passera|croître|progresser|augmenter)(?:a|ait)? de ~V",
    ),
    Form(
        "from_to_fr", Metric.MARKET_VALUE, "@fr V",
        "Le marché des widgets passera de 12,5 milliards USD en 2024 à 25 milliards USD en 2034.",
        r"\b(?:passer|passera|croître|progresser|augmenter)(?:a|ait)? de V1[^VNRSCO;.]{0,40}? à ~V",
    ),
    Form(
        "cagr_fr", Metric.MARKET_CAGR, "@fr N",
        "Le marché affiche un TCAC de 7,2 % de 2025 à 2034.",
        rf"\b(?:{_CAGR_NAME}|taux de croissance annuel(?: moyen)?(?: composé)?)\)?(?: \({_CAGR_NAME}\))?(?:,? (?:de|d['’]|est de|à|sera de))* ?~N",
    ),
    Form(
        "sized_es", Metric.MARKET_VALUE, "@es V",
        "El mercado de widgets se valoró en 12.500 millones de dólares en 2024.",
        r"\b(?:(?:se )?(?:valoró|estimó|valoraba|estimaba|situó|cifró|ubicó) en|(?:valorado|estimado|valuado)s? en|alcanzó|ascendió a|ascendía a|con un valor de|tenía un valor de|fue de|era de) (?:los |unos )?~V",
    ),
    Form(
        "reach_es", Metric.MARKET_VALUE, "@es V",
        "Se espera que el mercado alcance los 25.000 millones de dólares en 2034.",
        r"\b(?:alcance|alcanzará|alcanzar|llegue a|llegará a|llegar a|supere|superará|superar)(?: un valor de| los| unos)* ~V",
    ),
    Form(
        "sized_pt", Metric.MARKET_VALUE, "@es V",
        "O mercado de widgets foi avaliado em US$ 12,5 bilhões em 2024.",
        r"\b(?:(?:avaliado|estimado|calculado)s? em|movimentou|valia|atingiu|foi de|era de|no valor de|totalizou) ~V",
    ),
    Form(
        "reach_pt", Metric.MARKET_VALUE, "@es V",
        "O mercado deve atingir US$ 25,0 bilhões até 2034.",
        r"\b(?:atingir|atinja|atingirá|alcançar|alcance|alcançará|chegar a|chegue a|chegará a|ultrapassar|ultrapasse|ultrapassará)(?: um valor de| os)? ~V",
    ),
    Form(
        "from_es", Metric.MARKET_VALUE, "@es V",
        "El mercado de widgets pasará de 12.500 millones de dólares en 2024 a 25.000 millones de dólares en 2034.",
        r"\b(?:pasar|pasará|crecer|crecerá|passar|passará|crescer|crescerá|aumentar|aumentará) (?:de|dos) ~V",
    ),
    Form(
        "from_to_es", Metric.MARKET_VALUE, "@es V",
        "O mercado de widgets passará de US$ 12,5 bilhões em 2024 para US$ 25,0 bilhões em 2034.",
        r"\b(?:pasar|pasará|crecer|crecerá|passar|passará|crescer|crescerá|aumentar|aumentará) (?:de|dos) V1[^VNRSCO;.]{0,40}? (?:a|para|hasta|até) ~V",
    ),
    Form(
        "cagr_es", Metric.MARKET_CAGR, "@es N",
        "El mercado crecerá a una CAGR del 7,2 % entre 2025 y 2034.",
        rf"\b(?:{_CAGR_NAME}|tasa de crecimiento anual(?: media)?(?: compuesto| compuesta)?|taxa de crescimento anual(?: média)?(?: composta| composto)?)\)?(?: \({_CAGR_NAME}\))?(?:,? (?:de|del|do|da|es de|é de|será de))* ?~N",
    ),
    Form(
        "sized_de", Metric.MARKET_VALUE, "@de V",
        "Der Widgetmarkt wurde im Jahr 2024 auf 12,5 Milliarden US-Dollar geschätzt.",
        r"\b(?:auf|mit) ~V[^VNPYRSCO.;]{0,30}?\b(?:geschätzt|bewertet|beziffert|taxiert)",
    ),
    Form(
        "size_de", Metric.MARKET_VALUE, "@de V",
        "Der Widgetmarkt erreichte im Jahr 2024 einen Wert von 12,5 Milliarden US-Dollar.",
        r"\b(?:betrug|beträgt|erreichte|umfasste|wert von|volumen von|größe von) ~V",
    ),
    Form(
        "lay_de", Metric.MARKET_VALUE, "@de V",
        "Der Widgetmarkt belief sich im Jahr 2024 auf 12,5 Mrd. Euro.",
        r"\b(?:belief sich|beläuft sich|lag|liegt|bezifferte sich)(?: [^VNRSCO;.]{0,30}?)? (?:auf|bei) ~V",
    ),
    Form(
        "reach_de", Metric.MARKET_VALUE, "@de V",
        "Der Markt soll bis 2034 25 Mrd. US-Dollar erreichen.",
        r"\b(?:soll|wird|dürfte|könnte|werde)\b[^VNRSCO;.]{0,60}?~V(?: [^VNRSCO;.,]{0,30}?)?(?: erreichen| übersteigen| überschreiten| anwachsen| wachsen| steigen| betragen| belaufen)",
    ),
    Form(
        "cagr_de", Metric.MARKET_CAGR, "@de N",
        "Der Markt wächst mit einer CAGR von 7,2 % von 2025 bis 2034.",
        r"\b(?:cagr|jährlichen? wachstumsrate|wachstumsrate|jährliches? wachstum)\)?(?: \(cagr\))?(?:,? (?:von|bei|in höhe von|beträgt))* ?~N",
    ),
    Form(
        "sized_ja", Metric.MARKET_VALUE, "@ja V",
        "世界のウィジェット市場規模は2024年に125億米ドルと評価されました。",
        r"~V\s?(?:と(?:評価|推定|推計|見積)|であ|で(?:した|す)|に(?:達した|達し(?!、?ます)|上った|なった)|を記録|規模)",
    ),
    Form(
        "from_ja", Metric.MARKET_VALUE, "@ja V",
        "市場は2024年の12億5,000万ドルから2034年には25億ドルに達する。",
        r"~V\s?から",
    ),
    Form(
        "reach_ja", Metric.MARKET_VALUE, "@ja V",
        "市場は2034年までに250億ドルに達すると予測されています。",
        r"~V\s?(?:に(?:達する|到達する|なる|拡大|成長)|を(?:超える|突破する)|まで(?:拡大|成長)|と(?:予測|見込|予想))",
    ),
    Form(
        "cagr_ja", Metric.MARKET_CAGR, "@ja N",
        "市場は2025年から2034年にかけて年平均成長率7.2%で成長する。",
        r"(?:年平均成長率|年間平均成長率|年複利成長率|複合年間成長率|cagr)(?:\s?[(（]cagr[)）])?(?:は|が|で|:|：|\s)*(?:約)?~N",
    ),
    Form(
        "sized_ar",
        Metric.MARKET_VALUE,
        "@ar V",
        "بلغت قيمة السوق 12.5 مليار دولار أمريكي في عام 2024.",
        r"(?:بلغ|بلغت|قدرت|قُدرت|تقدر|قدر|قُدّر|يصل|تصل|سيصل|ستصل)\b[^A-Z;.]{0,40}?M[^A-Z;.]{0,30}?~V",
    ),
    Form(
        "reach_ar",
        Metric.MARKET_VALUE,
        "@ar V",
        "السوق من المتوقع أن يصل إلى 25 مليار دولار بحلول عام 2034.",
        r"(?:يصل|تصل|لتصل|ليصل|يبلغ|تبلغ)(?: إلى| الى)? ~V",
    ),
    Form(
        "cagr_ar", Metric.MARKET_CAGR, "@ar N",
        "ينمو السوق بمعدل نمو سنوي مركب قدره 7.2% من 2025 إلى 2034.",
        r"(?:معدل (?:ال)?نمو (?:ال)?سنوي (?:ال)?مركب)(?:\s?\([^)]{0,20}\))?(?: (?:قدره|يبلغ|بنسبة|نسبته|يقدر بنحو))*\s?~N",
    ),
    Form(
        "region_leads_fr", Metric.LARGEST, "@fr R",
        "L'Europe a dominé le marché avec une part de 36,2 % en 2024.",
        rf"R{_LEADS_FR}",
    ),
    Form(
        "region_share_fr", Metric.SHARE, "@fr R N",
        "L'Europe a dominé le marché avec une part de 36,2 % en 2024.",
        rf"R{_SHARE_FR}",
    ),
    Form(
        "region_fastest_fr", Metric.FASTEST, "@fr R",
        "Sur ce marché, l'Europe devrait enregistrer le TCAC le plus élevé jusqu'en 2032.",
        rf"R{_FASTEST_FR}",
    ),
    Form(
        "region_leads_es", Metric.LARGEST, "@es R",
        "A Europe detinha a maior participação, de 31,4%, em 2025, no mercado mundial.",
        rf"R{_LEADS_ES}",
    ),
    Form(
        "region_share_es", Metric.SHARE, "@es R N",
        "A Europe detinha a maior participação, de 31,4%, em 2025, no mercado mundial.",
        rf"R{_SHARE_ES}",
    ),
    Form(
        "region_fastest_es", Metric.FASTEST, "@es R",
        "A Europe deve registrar o crescimento mais rápido do mercado.",
        rf"R{_FASTEST_ES}",
    ),
    Form(
        "region_rate_fr", Metric.MEMBER_CAGR, "@fr R N",
        "L'Europe devrait croître à un TCAC de 8,1 % sur ce marché.",
        rf"R{_RATE_FR}",
    ),
    Form(
        "region_rate_es", Metric.MEMBER_CAGR, "@es R N",
        "A Europe deve crescer a um CAGR de 8,1% neste mercado.",
        rf"R{_RATE_ES}",
    ),
    Form(
        "member_leads_fr", Metric.LARGEST, "@fr S",
        "Le segment Brass a dominé le marché en 2024.",
        rf"S{_LEADS_FR}",
    ),
    Form(
        "member_share_fr", Metric.SHARE, "@fr S N",
        "Sur ce marché, le segment Brass détenait une part de 61,5 % en 2024.",
        rf"S{_SHARE_FR}",
    ),
    Form(
        "member_fastest_fr", Metric.FASTEST, "@fr S",
        "Sur ce marché, le segment Brass devrait enregistrer la croissance la plus rapide.",
        rf"S{_FASTEST_FR}",
    ),
    Form(
        "member_rate_fr", Metric.MEMBER_CAGR, "@fr S N",
        "Sur ce marché, le segment Brass devrait croître de 8,1 % par an.",
        rf"S{_RATE_FR}",
    ),
    Form(
        "member_leads_es", Metric.LARGEST, "@es S",
        "O segmento Brass dominou o mercado em 2024.",
        rf"S{_LEADS_ES}",
    ),
    Form(
        "member_share_es", Metric.SHARE, "@es S N",
        "Neste mercado, o segmento Brass representou 61,5% em 2024.",
        rf"S{_SHARE_ES}",
    ),
    Form(
        "member_fastest_es", Metric.FASTEST, "@es S",
        "Neste mercado, o segmento Brass deve registrar o crescimento mais rápido.",
        rf"S{_FASTEST_ES}",
    ),
    Form(
        "member_rate_es", Metric.MEMBER_CAGR, "@es S N",
        "Neste mercado, o segmento Brass deve crescer 8,1% ao ano.",
        rf"S{_RATE_ES}",
    ),
    Form(
        "region_leads_de", Metric.LARGEST, "@de R",
        "Europe dominierte den Markt im Jahr 2025 mit einem Anteil von 68,4 %.",
        r"R (?:dominierte|dominiert|führte|(?:hielt|hält|hatte|hat) den größten (?:markt|umsatz)?anteil|war der größte markt|ist der größte markt)\b",
    ),
    Form(
        "region_share_de", Metric.SHARE, "@de R N",
        "Europe dominierte den Markt im Jahr 2025 mit einem Anteil von 68,4 %.",
        r"R (?:dominierte|dominiert|hielt|hält|hatte|hat)(?:(?: den)? M| den markt)?(?: im jahre? [Y]| [Y])? (?:mit )?(?:einem|einen|den größten) (?:markt|umsatz)?anteil von ~N",
    ),
    Form(
        "region_fastest_de", Metric.FASTEST, "@de R",
        "Europe wird voraussichtlich die höchste CAGR im Markt verzeichnen.",
        r"R (?:wird|dürfte|soll)[^RSCOVNXK;.|]{0,40}?\b(?:die höchste (?:cagr|wachstumsrate)|das (?:schnellste|stärkste) wachstum|am schnellsten wachsen)\b",
    ),
)  # fmt: skip
