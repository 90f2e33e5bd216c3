# call: curl with the base URL and the credentials of the environment; the other scripts here read this file.
# Try it: . examples/shell/call.sh && call /api/v1/jobs | jq
# Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY. Needs curl.

# call PATH [CURL OPTION...]: prints the answer; with an error status it prints what the server says and returns 22.
call() {
  local path=$1 header=''
  shift
  if [[ -n ${TOKEN:-} ]]; then
    header="Authorization: Bearer $TOKEN"
  elif [[ -n ${API_KEY:-} ]]; then
    header="X-API-Key: $API_KEY"
  fi
  # From a pipe, because everybody on the machine can read the words of a command.
  curl --silent --show-error --fail-with-body --header @<(printf '%s\n' "$header") \
    "$@" "${BASE_URL:-http://localhost:8081}$path"
}

# post PATH: posts the JSON on stdin.
post() {
  call "$1" --header 'Content-Type: application/json' --data-binary @-
}
