#!/usr/bin/env bash
# monitor: shows how far jobs are until they have ended: those named, or all that wait or run. Fails when one has failed.
# Run: examples/shell/monitor.sh [JOB_ID...]
# Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY; EVERY (2), the seconds between two looks. Needs curl and jq.
set -euo pipefail
. "$(dirname "$0")/call.sh"

if (($# == 0)); then
  for status in pending processing; do
    ids=$(call "/api/v1/jobs?status=$status&limit=200" | jq --raw-output '.[].job_id')
    set -- "$@" $ids
  done
fi

failures=0
while (($# > 0)); do
  open=()
  for id in "$@"; do
    job=$(call "/api/v1/jobs/$id")
    jq --raw-output '[.job_id, .status, "\(.progress.overall_percent) %", .error.message // empty] | @tsv' <<<"$job"
    case $(jq --raw-output .status <<<"$job") in
      pending | processing) open+=("$id") ;;
      failed | cancelled) failures=$((failures + 1)) ;;
    esac
  done
  set -- "${open[@]}"
  (($# == 0)) || sleep "${EVERY:-2}"
done
((failures == 0))
