#!/usr/bin/env bash
# other-debian: runs a command (by default the tests that run ffmpeg) on this checkout under the tools of another Debian,
# whose ffmpeg is another version: `scripts/other-debian.sh [--suite trixie] [command …]`. The root is made once and kept.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

PACKAGES=ffmpeg,bubblewrap,libimage-exiftool-perl,python3
CACHE=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kinora
((EUID == 0)) && AS_ROOT=() || AS_ROOT=(sudo -n)

main() {
  local suite
  suite=$(other_suite)
  if [[ ${1:-} == --suite ]]; then
    suite=${2:?'--suite needs a name, such as trixie'}
    shift 2
  fi
  local root=$CACHE/debian-$suite
  mkdir -p "$CACHE"
  # Who runs in a root shares its lock; who makes it has it alone.
  exec 9>>"$root.lock"
  flock --shared 9
  if ! is_made "$root" "$suite"; then
    flock --exclusive 9
    is_made "$root" "$suite" || make_root "$root" "$suite"
    flock --shared 9
  fi
  if (($# == 0)); then
    local tests
    mapfile -t tests < <(node_modules/.bin/node scripts/media-tests.ts)
    ((${#tests[@]} > 0)) || exit 1
    set -- node --test --test-concurrency=2 --test-reporter=spec "${tests[@]}"
  fi
  inside "$root" true || cannot 'bubblewrap makes no box here'
  say "$(inside "$root" ffmpeg -version | sed -n '1s/^\(ffmpeg version [^ ]*\).*/\1/p') of Debian $suite"
  inside "$root" "$@"
}

# Both releases that Kinora knows are tried on a machine that is either.
other_suite() {
  # shellcheck source=/dev/null
  [[ $(. /etc/os-release && echo "${VERSION_CODENAME:-}") == trixie ]] && echo bookworm || echo trixie
}

is_made() {
  local root=$1 suite=$2
  [[ -e $root/etc/kinora-root && $(<"$root/etc/kinora-root") == "$suite $PACKAGES" ]]
}

make_root() {
  local root=$1 suite=$2 mirror
  command -v debootstrap >/dev/null || cannot 'debootstrap is missing (apt-get install debootstrap)'
  "${AS_ROOT[@]}" true 2>/dev/null || cannot 'that needs root, or sudo without a password'
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || cannot "apt's sources name no Debian mirror"
  say "making a Debian $suite in $root, once"
  local log=$root.log
  # What debootstrap mounts in there goes with its own view of the mounts, however it ends.
  if ! "${AS_ROOT[@]}" unshare --mount bash -c "$(declare -f build); build \"\$@\"" \
    build "$root" "$suite" "$mirror" "$PACKAGES" </dev/null >"$log" 2>&1 9>&-; then
    tail -n 20 "$log" >&2
    cannot "debootstrap failed; all it said is in $log"
  fi
}

# The mirror of the machine's own Debian, as apt itself understands its sources.
debian_mirror() {
  local lines
  lines=$(list_main_targets)
  if [[ -z $lines ]]; then
    "${AS_ROOT[@]}" apt-get update >/dev/null 2>&1 || true
    lines=$(list_main_targets)
  fi
  # Security and updates are other repositories or suites, with the same origin.
  awk '$2 !~ /-/ { print $1; exit }' <<<"$lines"
}

list_main_targets() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' 2>/dev/null || true
}

# As root. A root has its name only when it is complete: one that was interrupted is thrown away by the next.
build() {
  set -euo pipefail
  local root=$1 suite=$2 mirror=$3 packages=$4 scripts=/usr/share/debootstrap/scripts script=() proxy
  rm -rf "$root".new
  # A debootstrap that is older than the suite does not know its name; all suites are made alike today.
  [[ -e $scripts/$suite ]] || script=("$scripts/sid")
  proxy=$(apt-config shell proxy Acquire::http::Proxy)
  eval "$proxy"
  [[ -z ${proxy:-} ]] || export http_proxy=$proxy
  debootstrap --foreign --variant=minbase --include="$packages" "$suite" "$root.new" "$mirror" "${script[@]}"
  # Thousands of fsyncs, for files that can be had again.
  mkdir -p "$root.new/etc/dpkg/dpkg.cfg.d"
  echo force-unsafe-io >"$root.new/etc/dpkg/dpkg.cfg.d/kinora"
  chroot "$root.new" /debootstrap/debootstrap --second-stage
  rm -rf "$root.new"/var/cache/apt/archives/*.deb
  echo "$suite $packages" >"$root.new/etc/kinora-root"
  rm -rf "$root"
  mv "$root.new" "$root"
}

# The root's programs and settings, which nobody can change, and of this machine: the checkout, /tmp, the network, the devices.
inside() {
  local root=$1 place binds=()
  shift
  for place in usr etc; do binds+=(--ro-bind "$root/$place" "/$place"); done
  for place in bin sbin lib lib64; do
    [[ -L $root/$place ]] && binds+=(--symlink "usr/$place" "/$place")
  done
  for place in hosts resolv.conf; do
    [[ -e $root/etc/$place ]] && binds+=(--ro-bind "/etc/$place" "/etc/$place")
  done
  # The processes' view is the machine's: the kernel gives a box within the box a /proc only where it is seen whole.
  bwrap --die-with-parent --tmpfs / "${binds[@]}" --bind /proc /proc --dev-bind /dev /dev --ro-bind /sys /sys --dir /run --dir /var/tmp \
    --dir "${HOME:-/root}" --bind /tmp /tmp --bind "$PWD" "$PWD" --chdir "$PWD" \
    --setenv PATH "$PWD/node_modules/.bin:/usr/bin:/usr/sbin" --unsetenv TMPDIR -- "$@" 9>&-
}

# On a developer's machine the tests of this machine's own ffmpeg have to do; continuous integration must try both.
cannot() {
  say "the tests are not run under the ffmpeg of another Debian: $*"
  [[ ${CI:-false} == false ]] && exit 0
  exit 1
}

say() {
  echo "other-debian: $*" >&2
}

main "$@"
