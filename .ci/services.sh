# Sourced by .ci/run: installs and starts what the stages need, with Debian's and Python's ordinary tools.
# Whatever already runs or is installed is used as it is. A thing that cannot be had ends the run.

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_updated=no
debian_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "installing ${missing[*]}"
    if [ "$apt_updated" = no ]; then
        as_root apt-get update -qq
        apt_updated=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

wait_for() {
    local port=$1 second
    for second in $(seq 60); do
        listens "$port" && return 0
        sleep 1
    done
    echo "nothing listens on port $port after $second seconds" >&2
    return 1
}

postgres_answers() {
    PGPASSWORD=${PGPASSWORD-} psql -h 127.0.0.1 -U "${PGUSER:-postgres}" -w -qc 'SELECT 1' postgres >/dev/null 2>&1
}

start_postgres() {
    command -v psql >/dev/null || debian_packages postgresql
    if ! listens 5432; then
        debian_packages postgresql
        as_root service postgresql start
        wait_for 5432
    fi
    postgres_answers && return 0
    export PGUSER=postgres PGPASSWORD=postgres
    as_root su postgres -c "psql -qc \"ALTER USER postgres PASSWORD 'postgres'\""
    postgres_answers
}

mariadb_answers() {
    mariadb -h 127.0.0.1 -u "${MARIADB_USER:-root}" --password="${MARIADB_PASSWORD-}" -e 'SELECT 1' >/dev/null 2>&1
}

start_mariadb() {
    command -v mariadb >/dev/null || debian_packages mariadb-server
    if ! listens 3306; then
        debian_packages mariadb-server
        as_root service mariadb start
        wait_for 3306
    fi
    mariadb_answers && return 0
    export MARIADB_USER=skillswap MARIADB_PASSWORD=skillswap
    as_root mariadb -e "CREATE USER IF NOT EXISTS skillswap@'%' IDENTIFIED BY 'skillswap';
                        GRANT ALL ON *.* TO skillswap@'%'; FLUSH PRIVILEGES"
    mariadb_answers
}

find_chromium() {
    command -v chromium >/dev/null || debian_packages chromium fonts-noto-core
}

# Put pythonX.Y on the PATH: as it is, from pyenv, or from uv.
find_python() {
    local version=$1 folder
    "python$version" --version >/dev/null 2>&1 && return 0
    if command -v pyenv >/dev/null; then
        folder=$(pyenv prefix "$(pyenv latest "$version" 2>/dev/null)" 2>/dev/null)/bin
        # Behind the rest of the PATH: `python3` stays what it is, and pyenv's shims look there too.
        [ -x "$folder/python$version" ] && export PATH="$PATH:$folder" && return 0
    fi
    .venv/bin/uv python install --quiet "$version"
}

# The MariaDB driver is compiled on installation.
find_compiler() {
    command -v cc >/dev/null && pkg-config --exists libmariadb 2>/dev/null ||
        debian_packages build-essential libmariadb-dev pkg-config
}

find_gettext() {
    command -v xgettext >/dev/null || debian_packages gettext
}

start_services() {
    find_compiler && find_gettext && find_chromium && start_postgres && start_mariadb
}

find_pythons() {
    find_python 3.11 && find_python 3.12 && find_python 3.13
}
