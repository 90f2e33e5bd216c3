#!/usr/bin/env bash
# health: whether the service works, as whom it knows the caller, and, for admins, how much there is of everything.
# Run: examples/shell/health.sh
# Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY. Needs curl and jq.
set -euo pipefail
. "$(dirname "$0")/call.sh"

call /api/v1/health | jq --raw-output '
  (.authenticated_as.user_id // "nobody in particular") as $caller
  | "\(.status), version \(.version), called by \($caller)"'
if stats=$(call /api/v1/admin/stats 2>/dev/null); then
  jq --raw-output '.jobs | to_entries | map("\(.value) \(.key)") | join(", ")' <<<"$stats"
else
  # Forbidden: only a token or a key of an admin is told.
  jq --raw-output .error <<<"$stats"
fi
