#!/usr/bin/env bash
# Installs Postgres and Redis for the tests on Debian and Ubuntu, as root or with sudo. Starts no service and makes
# no cluster: the tests run private servers of their own. Exits 1 with a reason when it cannot; the caller then
# tries something else. With the word libfaketime it installs that alone. Changes nothing when the distribution's versions are too old.
set -euo pipefail

POSTGRES_MAJOR_MIN=15
REDIS_MAJOR_MIN=7

fail() {
  echo "install-services: $1" >&2
  exit 1
}

command -v apt-get >/dev/null || fail "this is not Debian or Ubuntu (no apt-get)"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "not root, and there is no sudo"
  sudo -n true 2>/dev/null || [ -t 0 ] || fail "sudo asks for a password, and there is no terminal to type it"
  as_root=(sudo)
fi
root() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@"; }

candidate_major() {
  apt-cache policy "$1" | sed -n 's/^ *Candidate: *\([0-9]*:\)\{0,1\}\([0-9]*\).*/\2/p'
}

root apt-get update -qq || fail "apt-get update failed"
root apt-get install -y -qq --no-install-recommends libfaketime || echo "install-services: no libfaketime" >&2
[ "${1:-}" != libfaketime ] || exit 0
postgres_major="$(candidate_major postgresql)"
redis_major="$(candidate_major redis-server)"
[ "${postgres_major:-0}" -ge "$POSTGRES_MAJOR_MIN" ] ||
  fail "apt offers Postgres ${postgres_major:-none}, needed is $POSTGRES_MAJOR_MIN or later (see apt.postgresql.org)"
[ "${redis_major:-0}" -ge "$REDIS_MAJOR_MIN" ] ||
  fail "apt offers Redis ${redis_major:-none}, needed is $REDIS_MAJOR_MIN or later (see redis.io/docs)"

# While we install, no service is started and no cluster is made. What was there before stays as it was.
policy=/usr/sbin/policy-rc.d
cluster_conf=/etc/postgresql-common/createcluster.conf
made=()
cleanup() { [ "${#made[@]}" -eq 0 ] || root rm -f "${made[@]}"; }
trap cleanup EXIT
if [ ! -e "$policy" ]; then
  made+=("$policy")
  printf '#!/bin/sh\nexit 101\n' | root tee "$policy" >/dev/null
  root chmod 755 "$policy"
fi
if [ ! -e "$cluster_conf" ]; then
  # Stays afterwards: the package takes it over as its own configuration.
  root mkdir -p "$(dirname "$cluster_conf")"
  echo 'create_main_cluster = false' | root tee "$cluster_conf" >/dev/null
fi
root apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold postgresql redis-server ||
  fail "apt-get install failed"
