#!/usr/bin/env bash
# object-storage: makes three renditions of a clip in S3, back into S3, in one job that decodes the clip once.
# Run: examples/shell/object-storage.sh s3://my-bucket/original.mp4 s3://my-bucket/sizes | xargs -r examples/shell/monitor.sh
# The server needs credentials for the buckets (AWS_ACCESS_KEY_ID …, AWS_ENDPOINT_URL for other servers than AWS); this
# script needs none. Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY. Needs curl and jq.
set -euo pipefail
. "$(dirname "$0")/call.sh"

jq --null-input --arg source "$1" --arg folder "$2" '
  [["1080p", 1920, 1080], ["720p", 1280, 720], ["360p", 640, 360]] as $sizes
  | {spec: {
      inputs: [{id: "clip", source: $source}],
      operations: [$sizes[] | {op: "scale", input: "clip", output: .[0], params: {width: .[1], height: .[2]}}],
      outputs: [$sizes[] | {
        id: .[0], destination: "\($folder)/\(.[0]).mp4", codec: {video: {codec: "libx264", preset: "fast", crf: 23}}
      }]
    }}' | post /api/v1/jobs | jq --raw-output .job_id
