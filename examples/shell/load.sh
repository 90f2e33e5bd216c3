#!/usr/bin/env bash
# load: posts the same job many times from many connections, and says how fast the server acknowledged it.
# Run: examples/shell/load.sh examples/trim.json [REQUESTS (100)] [AT ONCE (10)]
# `ab -n 100 -c 10 -T application/json -p examples/trim.json http://localhost:8081/api/v1/jobs` does it, too.
# Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY. Needs curl and jq.
set -euo pipefail
. "$(dirname "$0")/call.sh"
export -f call

measure() {
  call /api/v1/jobs --output /dev/null --header 'Content-Type: application/json' --data-binary "@$1" \
    --write-out '{"status": %{response_code}, "seconds": %{time_total}}\n' || true
}
export -f measure

seq "${2:-100}" | xargs --max-procs="${3:-10}" --replace bash -c 'measure "$1"' _ "$1" | jq --raw-output --slurp '
  (map(.seconds) | sort) as $seconds | length as $count
  | "\($count) requests, answered \(group_by(.status) | map("\(.[0].status): \(length)") | join(", "))",
    "half within \($seconds[($count / 2 | floor)] * 1000 | round) ms, the slowest in \($seconds[-1] * 1000 | round) ms"'
