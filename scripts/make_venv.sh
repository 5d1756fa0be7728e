#!/bin/sh
# Makes the virtual environment DIR with the newest Python from 3.13 to 3.11 that really works.
#
#   sh scripts/make_venv.sh DIR
#
# Having a name on the PATH is not enough: version managers leave launchers that only print an error, and some
# systems ship Python without the parts that make an environment. So each candidate is run, then used, and the
# first that succeeds is kept. Set PYTHON=/path/to/python to choose one yourself.
set -u
target=$1

answers() {
    "$1" -c 'import sys, ctypes, ensurepip, ssl, venv, zlib
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

candidates() {
    if [ -n "${PYTHON:-}" ]; then
        echo "$PYTHON"
        return
    fi
    for version in 3.13 3.12 3.11; do
        echo "$PATH" | tr ':' '\n' | while IFS= read -r folder; do
            [ -x "$folder/python$version" ] && echo "$folder/python$version"
        done
    done
    echo python3
    echo python
    # Not on the PATH, but where version managers put them.
    for version in 3.13 3.12 3.11; do
        ls -d "${HOME:-/nonexistent}"/.pyenv/versions/$version.*/bin/python$version \
            "${HOME:-/nonexistent}"/.local/share/uv/python/cpython-$version.*/bin/python$version \
            /opt/homebrew/bin/python$version /usr/local/bin/python$version 2>/dev/null
    done
}

chosen=$(candidates | while IFS= read -r candidate; do
    answers "$candidate" || continue
    "$candidate" -m venv --clear "$target" >/dev/null 2>&1 || continue
    "$target/bin/python" -m pip --version >/dev/null 2>&1 || continue
    echo "$candidate"
    break
done)

if [ -z "$chosen" ]; then
    echo "No working Python 3.11, 3.12 or 3.13 with venv was found." >&2
    echo "Install one (on Debian or Ubuntu: python3 and python3-venv), or name it: make PYTHON=/path/to/python3.12" >&2
    exit 1
fi
echo "Environment in $target: $("$target/bin/python" --version), from $chosen"
