#!/usr/bin/env bash
# batch: starts one job for every file, each making a 720p rendition called processed-FILE, and prints the jobs' ids.
# Run: examples/shell/batch.sh video1.mp4 video2.mp4 | xargs -r examples/shell/monitor.sh
# Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY. Needs curl and jq.
set -euo pipefail
. "$(dirname "$0")/call.sh"

for file in "$@"; do
  # jq writes the names into the JSON, so that no quote in a name can end it.
  jq --null-input --arg file "$file" '{spec: {
    inputs: [{id: "clip", source: $file}],
    operations: [{op: "scale", input: "clip", output: "small", params: {width: 1280, height: 720}}],
    outputs: [{id: "small", destination: "processed-\($file)"}]
  }}' | post /api/v1/jobs | jq --raw-output .job_id
done
