#!/usr/bin/env bash
# setup: gives this machine what Kinora needs to run (with --tests: what its tests need too). Does nothing, at once,
# when nothing is missing; says one line for each thing it does; shows a tool's output only when that tool fails.
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

STAMP=node_modules/.kinora-lock
NO_CLUSTER=/etc/postgresql-common/createcluster.d/kinora-setup.conf
((EUID == 0)) && AS_ROOT=() || AS_ROOT=(sudo -n)

main() {
  require_node
  install_system_packages "$@"
  install_npm_packages
}

# Any Node that can run npm will do: the program itself runs on the Node that npm installs beside it.
require_node() {
  local version
  command -v node >/dev/null && command -v npm >/dev/null ||
    fail 'Node.js 20 or newer and npm are needed; see https://nodejs.org/en/download'
  version=$(node --version)
  local major=${version#v}
  ((${major%%.*} >= 20)) || fail "Node.js 20 or newer is needed, and this is $version; see https://nodejs.org/en/download"
}

install_system_packages() {
  local missing=()
  command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null || missing+=(ffmpeg)
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  if [[ ${1:-} == --tests ]]; then
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    # The S3 server of the tests: Swift's Python modules alone, no services.
    [[ -d /usr/lib/python3/dist-packages/swift ]] || missing+=(python3-swift)
    [[ -d /usr/lib/python3/dist-packages/requests ]] || missing+=(python3-requests)
    # The client that the images document is written with.
    [[ -d /usr/lib/python3/dist-packages/httpx ]] || missing+=(python3-httpx)
    command -v exiftool >/dev/null || missing+=(libimage-exiftool-perl)
    command -v chromium >/dev/null || missing+=(chromium)
    command -v jq >/dev/null || missing+=(jq)
    command -v curl >/dev/null || missing+=(curl)
    # What other-debian.sh makes its root with.
    command -v debootstrap >/dev/null || [[ -x /usr/sbin/debootstrap ]] || missing+=(debootstrap)
  fi
  ((${#missing[@]} == 0)) && return

  if ! command -v apt-get >/dev/null || ! "${AS_ROOT[@]}" true 2>/dev/null; then
    fail "missing: ${missing[*]}. Install with: sudo apt-get install --no-install-recommends ${missing[*]}"
  fi

  say "installing ${missing[*]} with apt-get"
  if [[ ${missing[*]} == *postgresql* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    # The tests start clusters of their own: the package need not leave one running on this machine's port 5432.
    trap '"${AS_ROOT[@]}" rm -f "$NO_CLUSTER"' EXIT
    "${AS_ROOT[@]}" install -D -m 0644 /dev/stdin "$NO_CLUSTER" <<<'create_main_cluster = false'
  fi
  logged "${AS_ROOT[@]}" apt-get update
  logged "${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=120 "${missing[@]}"
}

install_npm_packages() {
  local wanted
  wanted=$(cat package.json package-lock.json | sha256sum)
  [[ -x node_modules/.bin/node && -e $STAMP && $(<"$STAMP") == "$wanted" ]] && return

  say 'installing npm packages'
  # npm must not run on the very Node that it is about to replace.
  local outside_path=${PATH//"$PWD/node_modules/.bin:"/}
  PATH=$outside_path logged npm ci --include=dev --no-audit --no-fund
  node_modules/.bin/node --version >/dev/null 2>&1 ||
    fail 'npm did not run the install script of the package "node"; allow it (npm config get ignore-scripts) and try again'
  echo "$wanted" >"$STAMP"
}

# Runs a command without a sound; when it fails, shows what it said and gives up.
logged() {
  local log
  log=$(mktemp)
  if ! "$@" </dev/null >"$log" 2>&1; then
    cat "$log" >&2
    rm "$log"
    fail "this command failed: $*"
  fi
  rm "$log"
}

say() {
  echo "setup: $*" >&2
}

fail() {
  say "$*"
  exit 1
}

main "$@"
