#!/bin/sh
# Makes the secrets of compose.yaml in deploy/compose/secrets/. Keeps those that exist.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
# Compose mounts the files as they are, so the user of the container must be able to read them. The folder protects them.
chmod 700 secrets
write() {
  [ -e "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
  chmod 644 "secrets/$1"
}
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

write database_password "$(random)"
write database_url "postgresql://guildhall:$(cat secrets/database_password)@postgres:5432/guildhall"
write auth_jwt_secret "$(random)"
write instance_token "$(random)"
write key_encryption_secret "$(random)"
