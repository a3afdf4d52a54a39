/**
 * The sandbox's first process, a shell: asks on descriptor 4 whether to go on (`ready`, answered by a line), starts the
 * doors, then the program, and tells there how it went: `started`, `missing`, or `ended CODE STRAYS`. Being the first of its process namespace, it cannot be killed from inside,
 * and when it ends the kernel ends everybody else before it.
 *
 * Arguments: processes at most, open files at most, kilobytes of data of each process at most, Node, the source that opens doors (or nothing), then the command.
 */
export const FIRST_PROCESS = `
set -f
# Whoever started us may have been killed before we were bound to it: then nobody answers here.
echo ready >&4
read -r go <&4 || exit 125
unset go
# What the shell says of a killed program is not the program's.
exec 5>&2 2>/dev/null
ulimit -n "$2"
ulimit -d "$3"
ulimit -u "$1" || ulimit -p "$1"
node=$4 doors=$5
shift 5
can_start() { [ -f "$1" ] && [ -x "$1" ]; }
find_program() {
  case $1 in
    */*) can_start "$1"; return ;;
    "") return 1 ;;
  esac
  IFS=:
  for folder in \${PATH-/usr/local/bin:/usr/bin:/bin}; do
    can_start "\${folder:-.}/$1" && return
  done
  return 1
}
find_program "\${1-}" || { echo missing >&4; exit 127; }
unset IFS folder
relay=
if [ -n "$doors" ]; then
  pipe=/tmp/.aegis-doors
  rm -rf "$pipe" && mkfifo "$pipe" || exit 126
  (unset NODE_OPTIONS; exec "$node" -e "$doors" </dev/null >"$pipe" 3>&- 4>&- 2>&5 5>&-) &
  relay=$!
  read -r ready <"$pipe" || exit 126
  rm -f "$pipe"
  unset pipe ready
fi
echo started >&4
(exec "$@" 4>&- 2>&5 5>&-)
code=$?
[ -n "$relay" ] && kill -9 "$relay" && wait "$relay"
strays=0
set +f
for folder in /proc/[0-9]*; do
  # A process that has ended has no program any more.
  [ "$folder" != /proc/1 ] && [ -e "$folder/exe" ] && strays=$((strays + 1))
done
echo "ended $code $strays" >&4
exit "$code"
`;
