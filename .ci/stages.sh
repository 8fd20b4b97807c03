# Sourced by .ci/run and .ci/nightly: runs stages one after the other, all of them, even after a failure, and sums them up.
export CI=true PY_COLORS=0 NO_COLOR=1 TOX_COLORED=no
# As in the Makefile: without its cache each process that a test starts would compile everything anew.
unset PYTHONDONTWRITEBYTECODE

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
summary=()
failed=0
started=$SECONDS

# stage <name> <command…>: the summary shows pytest's own counts where there are any.
stage() {
    local name=$1 begin=$SECONDS result=ok counts
    shift
    printf '\n━━━ %s ━━━\n' "$name"
    "$@" > >(tee "$logs/out") 2>&1 || result=FAILED
    wait $!
    cat "$logs/out" >>"$logs/all"
    [ "$result" = ok ] || failed=$((failed + 1))
    counts=$(grep -E '^=+ .*[0-9]+ (passed|failed|errors?).* in ' "$logs/out" | tail -n 1 | sed -E 's/^=+ | =+$//g')
    summary+=("$(printf '%-30s %-6s %4d s  %s' "$name" "$result" $((SECONDS - begin)) "$counts")")
    printf '─── %s: %s after %d s\n' "$name" "$result" $((SECONDS - begin))
}

# total <word>: the sum of that count over all stages.
total() {
    grep -E '^=+ .*[0-9]+ (passed|failed|errors?).* in ' "$logs/all" | grep -oE "[0-9]+ $1" | awk '{sum += $1} END {print sum + 0}'
}

# The last line of a script: fails if a stage did.
sum_up() {
    printf '\n━━━ summary ━━━\n'
    printf '%s\n' "${summary[@]}"
    printf '%d of %d stages failed\n' "$failed" "${#summary[@]}"
    printf '===== %d passed, %d failed, %d errors, %d skipped in %d s =====\n' \
        "$(total passed)" "$(total failed)" "$(total error)" "$(total skipped)" $((SECONDS - started))
    [ "$failed" = 0 ]
}

tox() {
    .venv/bin/tox run -e "$@"
}
