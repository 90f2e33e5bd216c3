#!/usr/bin/env bash
# refusals: what a script can do with an error: the status says whose fault it is, `error` which one, `message` tells people.
# Run: examples/shell/refusals.sh [ID OF A JOB THAT HAS ENDED]
# Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY. Needs curl and jq.
set -euo pipefail
. "$(dirname "$0")/call.sh"

# `call` fails with an error status and prints the body all the same.
explain() {
  jq --raw-output '"\(.code) \(.error): \(.message)", (.details // [] | .[] | "    \(.pointer): \(.message)")'
}

try() {
  "$@" 2>/dev/null || true
}

echo '{"spec": null}' | try post /api/v1/jobs | explain
echo '{"spec": {"inputs": [], "operations": [{"op": "scal"}], "outputs": []}}' | try post /api/v1/jobs | explain
try call /api/v1/jobs/job_that_never_was | explain
(($# == 0)) || try call "/api/v1/jobs/$1" --request DELETE | explain
