#!/bin/sh
# Make .venv and install into it. Usage: scripts/setup.sh demo|dev
# "demo" is what the example site needs; "dev" adds the tools of the tests, the checks and the docs.
set -eu

what=$1
venv=.venv

fail() {
    printf '\nsetup: %s\n' "$1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

make_environment() {
    python=$(find_python)
    [ -n "$python" ] || fail "Python 3.11 or newer is needed (found: $(${PYTHON:-python3} --version 2>&1 || true)). \
Install it, or name it: make setup PYTHON=/path/to/python3.12"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "this Python has no venv or no ensurepip. On Debian and Ubuntu: apt-get install python3-venv"
    echo "setup: making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
}

case $what in
    demo) packages='.[accounts,i18n,matching,tasks]' groups='--group example' ;;
    dev) packages='.[accounts,chat,i18n,matching,tasks]' groups='--group dev' ;;
    *) fail "unknown set of packages: $what" ;;
esac

is_new_enough "$venv/bin/python" || make_environment
if [ ! -x "$venv/bin/uv" ]; then
    echo 'setup: installing uv'
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
fi
echo "setup: installing $packages and its $what tools"
# shellcheck disable=SC2086 — the groups are words of their own
"$venv/bin/uv" pip install --python "$venv/bin/python" --editable "$packages" $groups
touch "$venv/.setup-demo" "$venv/.setup-$what"
echo 'setup: done'
