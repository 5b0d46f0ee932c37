"""A small OpenID Connect provider: discovery, authorization code with PKCE, signed ID tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

__all__ = ["CLIENT", "Provider"]

CLIENT = ("qualkit", "a secret between the two")
_SIGNED = "RS256"


class Provider:
    """Runs on 127.0.0.1 while the ``with`` block lasts; whoever is asked chooses who they are.

    Args:
        people: e-mail address -> what else is claimed of that person.
    """

    def __init__(self, people: dict[str, dict[str, Any]]) -> None:
        self.people = people
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": _SIGNED})
        self.asked: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> Provider:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                place = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(place.query).items()}
                if place.path == "/authorize":
                    self.send(provider.choice(asked).encode(), "text/html")
                elif place.path == "/chosen":
                    self.send_response(302)
                    self.send_header("location", provider.chosen(asked))
                    self.end_headers()
                else:
                    keys = {"keys": [provider.key.as_dict(private=False)]}
                    self.answer(keys if place.path == "/jwks" else provider.metadata())

            def do_POST(self) -> None:
                size = int(self.headers["content-length"])
                asked = parse_qs(self.rfile.read(size).decode())
                plain = {name: values[0] for name, values in asked.items()}
                told = provider.tokens(plain, self.headers.get("authorization", ""))
                self.answer(told or {"error": "invalid_grant"}, 200 if told else 400)

            def answer(self, body: dict[str, Any], status: int = 200) -> None:
                self.send(json.dumps(body).encode(), "application/json", status)

            def send(self, body: bytes, kind: str, status: int = 200) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [_SIGNED],
            "code_challenge_methods_supported": ["S256"],
        }

    def choice(self, asked: dict[str, str]) -> str:
        """Return the page on which somebody says who they are."""
        assert asked["client_id"] == CLIENT[0]
        ways = [
            f'<p><a href="/chosen?{urlencode({**asked, "who": one})}">{one}</a></p>'.replace(
                "&", "&amp;"
            )
            for one in self.people
        ]
        return f"<!doctype html><title>Who are you?</title>{''.join(ways)}"

    def chosen(self, asked: dict[str, str]) -> str:
        """Return where a browser goes that has said who it is."""
        code = secrets.token_urlsafe()
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def tokens(self, given: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Return what a code is exchanged for, once; None where anything is wrong."""
        asked = self.asked.pop(given.get("code", ""), None)
        basic = base64.b64encode(":".join(CLIENT).encode()).decode()
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if asked is None or authorization != f"Basic {basic}":
            return None
        if asked["code_challenge"] != base64.urlsafe_b64encode(proof).decode().rstrip("="):
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": asked["who"],
            "aud": CLIENT[0],
            "iat": now,
            "exp": now + 600,
            "nonce": asked.get("nonce"),
            "email": asked["who"],
            **self.people[asked["who"]],
        }
        token = jwt.encode({"alg": _SIGNED, "kid": "one"}, claims, self.key)
        return {"access_token": "none", "token_type": "Bearer", "id_token": token}
