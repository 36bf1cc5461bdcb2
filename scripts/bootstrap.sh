# Sourced by the commands of a clone, with $root set: leaves a Node that is new enough in $node, and the packages installed.
# When nothing is missing it starts neither npm nor Node. What it fetches goes into .cache/ and node_modules/ of the clone.
# POSIX sh only. It refuses to trust what an interrupted run left behind: whatever counts was moved or stamped into place last.
#
# .cache/node-PLATFORM        three lines: what `node` meant on PATH, the Node chosen, and that file's identity
# .cache/runtime-PLATFORM/    Node from npm's registry, where PATH had none
# node_modules/.installed-PLATFORM   the package-lock.json that was installed

wanted_major=24
cache=$root/.cache

say() { printf 'relevo: %s\n' "$*" >&2; }
give_up() {
  say "$*"
  exit 1
}

# --- where we are

platform_of() {
  case $1 in
    'Linux x86_64') platform=linux-x64 ;;
    'Linux aarch64') platform=linux-arm64 ;;
    'Darwin arm64') platform=darwin-arm64 ;;
    'Darwin x86_64') platform=darwin-x64 ;;
    MINGW* | MSYS* | CYGWIN* | Windows*)
      give_up 'on Windows, Relevo runs inside WSL 2: install it with "wsl --install", then clone and start Relevo in there' ;;
    *) platform=$(printf '%s' "$1" | tr 'A-Z ' 'a-z-') ;;
  esac
}

# --- one at a time

release_lock() {
  rm -rf "$cache/lock"
  trap - EXIT HUP INT TERM
}

is_alive() { [ -d "/proc/$1" ] || kill -0 "$1" 2>/dev/null; }

# True when the lock's owner died; also when it wrote no pid for ten seconds: it died in between.
is_abandoned() {
  owner=$(cat "$cache/lock/pid" 2>/dev/null) || owner=
  if [ -n "$owner" ]; then ! is_alive "$owner"; else [ -d "$cache/lock" ] && [ "$waited" -gt 10 ]; fi
}

# Under a second lock, so that two who notice at once do not take each other's new one.
remove_abandoned_lock() {
  mkdir "$cache/lock.broken" 2>/dev/null || return 0
  if is_abandoned; then rm -rf "$cache/lock"; fi
  rmdir "$cache/lock.broken"
}

cannot_write() { give_up "cannot write to $cache: run this once as the owner of the clone, so that it can fetch what is missing"; }

take_lock() {
  mkdir -p "$cache" 2>/dev/null || cannot_write
  waited=0
  until mkdir "$cache/lock" 2>/dev/null; do
    [ -w "$cache" ] || cannot_write
    if is_abandoned; then remove_abandoned_lock; fi
    [ "$waited" -ne 1 ] || say 'waiting for another start that is fetching what is missing'
    waited=$((waited + 1))
    [ "$waited" -lt 900 ] || give_up "another start has been fetching for 15 minutes; if there is none, remove the folder $cache/lock"
    sleep 1
  done
  trap release_lock EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  echo "$$" >"$cache/lock/pid"
}

# --- npm

# Runs npm quietly, its output in .cache/npm.log. It is started as PATH has it, with the Node it came with: Debian's npm works with no other.
# Packages' install scripts never run.
run_npm() {
  (
    umask 022
    cd "$1" && shift
    npm_config_fetch_retries=2 npm_config_fetch_retry_mintimeout=1000 npm_config_fetch_retry_maxtimeout=5000 \
      npm_config_update_notifier=false \
      npm "$@" --ignore-scripts --no-audit --no-fund --loglevel=error >>"$cache/npm.log" 2>&1 </dev/null
  )
}

need_npm() {
  true 2>/dev/null >"$cache/npm.log" || cannot_write
  command -v npm >/dev/null 2>&1 ||
    give_up "npm is needed once, to fetch $1: install Node with npm (Debian: apt-get install nodejs npm), then run this again"
}

npm_failed() {
  give_up "npm could not fetch $1: check the network and npm's registry and proxy settings (npm ping), then run this again; npm's own words are in $cache/npm.log"
}

# --- Node

# Prints the path of the program itself when $1 is a Node that is new enough; shims of version managers lead to what they stand for.
real_node() {
  "$1" -e 'if (Number(process.versions.node.split(".")[0]) < Number(process.argv[1])) process.exit(1); console.log(process.execPath)' \
    "$wanted_major" 2>/dev/null </dev/null
}

identity_of() { ls -Lldin -- "$1" 2>/dev/null; }

# Sets $node from the stamp, when `node` still means the same on PATH and the chosen file is still the same file.
recall_node() {
  [ -r "$cache/node-$platform" ] || return 1
  { IFS= read -r seen && IFS= read -r node && IFS= read -r identity; } <"$cache/node-$platform" || return 1
  [ "$seen" = "$(command -v node || :)" ] && [ -x "$node" ] && [ "$identity" = "$(identity_of "$node")" ]
}

remember_node() {
  mkdir -p "$cache" 2>/dev/null || return 0
  {
    printf '%s\n%s\n%s\n' "$(command -v node || :)" "$node" "$(identity_of "$node")" >"$cache/node-$platform.$$" &&
      mv -f "$cache/node-$platform.$$" "$cache/node-$platform"
  } 2>/dev/null || :
}

node_on_path() {
  remaining=$PATH:
  while [ -n "$remaining" ]; do
    candidate=${remaining%%:*}/node
    remaining=${remaining#*:}
    [ -f "$candidate" ] && [ -x "$candidate" ] || continue
    node=$(real_node "$candidate") && return 0
  done
  return 1
}

fetched_node() { node=$(real_node "$cache/runtime-$platform/bin/node"); }

fetch_node() {
  case $platform in
    linux-x64 | linux-arm64 | darwin-arm64 | darwin-x64) ;;
    *) give_up "Node $wanted_major or newer is needed: install it from https://nodejs.org, then run this again" ;;
  esac
  need_npm "Node $wanted_major"
  say "fetching Node $wanted_major (once, into $cache)"
  package=node-$platform
  rm -rf "$cache/runtime-$platform" "$cache"/fetch.*
  mkdir "$cache/fetch.$$"
  run_npm "$cache/fetch.$$" install --prefix "$cache/fetch.$$" --no-save "$package@$wanted_major" || npm_failed "Node $wanted_major"
  real_node "$cache/fetch.$$/node_modules/$package/bin/node" >/dev/null ||
    give_up "the fetched Node does not run on this machine: install Node $wanted_major or newer from https://nodejs.org, then run this again"
  mv "$cache/fetch.$$/node_modules/$package" "$cache/runtime-$platform"
  rm -rf "$cache/fetch.$$"
}

find_node() {
  recall_node && return 0
  if ! node_on_path && ! fetched_node; then
    take_lock
    fetched_node || fetch_node
    fetched_node
    release_lock
  fi
  remember_node
}

# --- packages

packages_present() { cmp -s "$root/package-lock.json" "$root/node_modules/.installed-$platform"; }

# `npm ci` fails where a registry lacks another platform's optional package; `npm install` copes. Neither changes what git tracks.
fetch_packages() {
  need_npm 'packages'
  say 'fetching packages (up to a minute, once)'
  rm -f "$root"/node_modules/.installed-*
  run_npm "$root" ci || run_npm "$root" install --no-save || npm_failed 'packages'
  cp "$root/package-lock.json" "$root/node_modules/.installed.new"
  mv "$root/node_modules/.installed.new" "$root/node_modules/.installed-$platform"
}

install_packages() {
  packages_present && return 0
  take_lock
  packages_present || fetch_packages
  release_lock
}

# --- Node's compile cache: a start takes half the time. Not for the programs that Relevo runs: it removes the variable for them.

choose_compile_cache() {
  [ -z "${NODE_COMPILE_CACHE:-}" ] || return 0
  if [ -w "$cache" ]; then
    NODE_COMPILE_CACHE=$cache/compile
  elif [ -n "${XDG_CACHE_HOME:-${HOME:-}}" ]; then
    NODE_COMPILE_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/relevo/compile
  else
    return 0
  fi
  export NODE_COMPILE_CACHE
}

platform_of "$(uname -sm)"
find_node
install_packages
choose_compile_cache
