"""The same back end as projects.ts, in Python: it lists the projects of an org for its members.

It needs PyJWT and cryptography: `apt install python3-jwt python3-cryptography`, or `pip install "pyjwt[crypto]"`.
It asks Guildhall only for its public keys, and keeps these.

    GUILDHALL_URL=http://localhost:4000 ISSUER=http://localhost:4000 AUDIENCE=projects PORT=4100 python3 projects.py
"""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt

# Where Guildhall runs, its TOKEN_ISSUER (or its APP_URL), and the name of this back end in its TOKEN_AUDIENCES.
GUILDHALL_URL = os.environ["GUILDHALL_URL"]
ISSUER = os.environ["ISSUER"]
AUDIENCE = os.environ["AUDIENCE"]
# By global id of an org.
PROJECTS = json.loads(os.environ.get("PROJECTS", "{}"))

keys = jwt.PyJWKClient(f"{GUILDHALL_URL}/.well-known/jwks.json", lifespan=300)


def access_of(authorization):
    """The claims of an org access token. None for one that is missing, expired, wrongly signed, or for somebody else."""
    scheme, _, token = authorization.partition(" ")
    try:
        if scheme != "Bearer" or jwt.get_unverified_header(token).get("typ") != "org-access+jwt":
            return None
        key = keys.get_signing_key_from_jwt(token).key
        return jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.PyJWKClientError as error:
        # An unknown key is the client's fault. That Guildhall can't be reached is not.
        if isinstance(error.__context__, OSError):
            raise error.__context__
        return None
    except jwt.PyJWTError:
        return None


class Projects(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        try:
            access = access_of(self.headers.get("Authorization", ""))
        except OSError:
            return self.answer(503, {"message": "Try again soon."})
        if access is None:
            return self.answer(401, {"message": "Get a new token from Guildhall."})
        if "ORG_READ" not in access["permissions"]:
            return self.answer(403, {"message": "Not for you."})
        return self.answer(200, PROJECTS.get(access["org_id"], []))

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "4100"))), Projects)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
