"""Servers of our own on 127.0.0.1 to fetch from: plain, behind TLS, and a proxy that really forwards and tunnels."""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

Answer = bytes | int | str


class Server(ThreadingHTTPServer):
    """`answers`: path -> what to do, a list to give one after the other (the last again and again).

    Bytes are a body, a number an error status; "slow", "truncated" and "dripping" (never quite done) are troubles with
    `good`, the body that they would have.
    """

    daemon_threads = True

    def __init__(self, good: bytes = b"") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.good = good
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.stopping = threading.Event()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        answers = self.server.answers.get(self.path, [404])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, int):
            self.send_error(answer)
            return
        if answer == "slow":
            time.sleep(0.8)
        body = answer if isinstance(answer, bytes) else self.server.good
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if answer == "dripping":
            for byte in body:
                if self.server.stopping.wait(0.1):
                    return
                self.wfile.write(bytes([byte]))
            return
        self.wfile.write(body[: len(body) // 2] if answer == "truncated" else body)

    do_POST = do_GET  # noqa: N815  the name that the library calls

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True  # the client gave up first, as some tests mean it to

    def log_message(self, *_: object) -> None:
        pass


class Proxy(Server):
    """Forwards whatever name it is asked for to one origin: plain requests, and tunnels for TLS."""

    def __init__(self, origin: Server) -> None:
        super().__init__()
        self.RequestHandlerClass = Forward
        self.origin = origin


class Forward(Handler):
    server: Proxy

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        url = urlsplit(self.path)
        onward = http.client.HTTPConnection("127.0.0.1", self.server.origin.server_port)
        onward.request(self.command, f"{url.path}?{url.query}" if url.query else url.path)
        answer = onward.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self.server.asked.append(f"CONNECT {self.path}")
        with socket.create_connection(("127.0.0.1", self.server.origin.server_port)) as onward:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: onward, onward: self.connection}
            while True:
                for end in select.select(list(ends), [], [], 5)[0] or [None]:
                    data = end.recv(65536) if end else b""
                    if not data:
                        self.close_connection = True
                        return
                    ends[end].sendall(data)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    with server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.stopping.set()
        server.shutdown()


def behind_tls(server: Server, name: str, folder: Path) -> Path:
    """Puts a server behind TLS under a name; returns the certificate that vouches for it."""
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "server.pem", folder / "server.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return pem
