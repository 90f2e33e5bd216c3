#!/usr/bin/env bash
# keys: the life of an API key: made, used, listed, revoked, refused, deleted.
# Run: TOKEN=$(node_modules/.bin/node src/main.ts tokens create --user alice) examples/shell/keys.sh
# Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY. Needs curl and jq.
set -euo pipefail
. "$(dirname "$0")/call.sh"

# This answer is the only one that has the whole key.
made=$(jq --null-input '{name: "for an example", expires_in_days: 30}' | post /api/v1/keys)
id=$(jq --raw-output .id <<<"$made")
key=$(jq --raw-output .key <<<"$made")
echo "made $id"

echo "it belongs to $(TOKEN='' API_KEY=$key call /api/v1/health | jq --raw-output .authenticated_as.user_id)"
call /api/v1/keys | jq --raw-output '.[] | "\(.key) \(.name), revoked: \(.revoked)"'

call "/api/v1/keys/$id/revoke" --request POST | jq --raw-output '"revoked at \(.revoked_at)"'
TOKEN='' API_KEY=$key call /api/v1/jobs | jq --raw-output .error || true

call "/api/v1/keys/$id" --request DELETE | jq --raw-output '"deleted \(.id)"'
