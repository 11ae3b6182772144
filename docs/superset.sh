#!/usr/bin/env bash
# Apache Superset beside the releases, for trying a BI server: installs it, connects market.duckdb, makes a dataset and
# a chart through its API, and serves it on 127.0.0.1 until Ctrl-C. How-to: docs/bi.md.
#
#   docs/superset.sh FOLDER [path/to/market.duckdb]
#
# FOLDER gets an environment of its own (about 1.5 GB) and Superset's database; nothing else on the machine changes.
# A trial, not a service: one user (admin, password in FOLDER/password), SQLite, Flask's own server.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
home=$(cd "$1" && pwd)
database=$(realpath "${2:-$(dirname "$0")/../data/processed/market.duckdb}")
port=${SUPERSET_PORT:-8088}
[ -f "$database" ] || { echo "$database: no such file; make a release first (make run)" >&2; exit 1; }

umask 077 # the key and the password are nobody else's
[ -f "$home/password" ] || python3 -c 'import secrets; print(secrets.token_urlsafe(12))' >"$home/password"
[ -f "$home/key" ] || python3 -c 'import secrets; print(secrets.token_urlsafe(42))' >"$home/key"
cat >"$home/superset_config.py" <<PY
from pathlib import Path

SECRET_KEY = Path("$home/key").read_text().strip()
SQLALCHEMY_DATABASE_URI = "sqlite:///$home/superset.db"
# Plain http on 127.0.0.1, and pages that ask nobody else for anything (a counting pixel, map tiles).
TALISMAN_CONFIG = {
    "force_https": False,
    "session_cookie_secure": False,
    "content_security_policy": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
}
PY
export SUPERSET_CONFIG_PATH="$home/superset_config.py" FLASK_APP="superset.app:create_app()"

if [ ! -x "$home/venv/bin/superset" ]; then
    echo "Installing Superset into $home/venv (some minutes, once)" >&2
    python3 -m venv "$home/venv"
    # duckdb-engine speaks to DuckDB 1.x; market.duckdb is written so that 1.2 and later read it. Superset 6.1 imports
    # rich and cachetools without asking for them, and does not start with newer versions of flask-caching than it was tested with.
    "$home/venv/bin/pip" install --quiet 'apache-superset==6.1.0' 'flask-caching==2.3.1' 'cachelib==0.13.0' rich cachetools \
        'duckdb-engine==0.17.0' 'duckdb>=1.4,<2'
fi
if [ ! -f "$home/ready" ]; then
    echo "Setting Superset up (a minute, once)" >&2
    {
        "$home/venv/bin/superset" db upgrade
        "$home/venv/bin/superset" fab create-admin --username admin --firstname A --lastname A \
            --email admin@localhost --password "$(cat "$home/password")"
        "$home/venv/bin/superset" init
    } >"$home/setup.log" 2>&1 || { tail -5 "$home/setup.log" >&2; exit 1; }
    touch "$home/ready"
fi

"$home/venv/bin/superset" run --host 127.0.0.1 --port "$port" --with-threads >"$home/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null' EXIT
for _ in $(seq 120); do
    "$home/venv/bin/python" -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/health', timeout=2)" \
        2>/dev/null && break
    kill -0 "$server" 2>/dev/null || { tail -5 "$home/server.log" >&2; exit 1; }
    sleep 1
done
"$home/venv/bin/python" "$(dirname "$0")/superset.py" "http://127.0.0.1:$port" "$(cat "$home/password")" "$database"
echo "User admin, password in $home/password. Stop with Ctrl-C."
wait "$server"
