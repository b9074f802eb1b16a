#!/bin/sh
# An event listener that writes down what it gets: listener.sh FILE [fail-once|die-once|nonsense|slow|late]
file=$1
mode=${2:-}
[ "$mode" = late ] && while [ ! -e "$file.go" ]; do sleep 0.05; done
while :; do
  echo READY
  read -r header || exit
  { echo "$header"; head -c "${header##*len:}"; echo; echo "-- by $SUPERVISOR_PROCESS_NAME"; } >> "$file"
  case $mode in
    fail-once) [ -e "$file.failed" ] || { touch "$file.failed"; printf 'RESULT 4\nFAIL'; continue; } ;;
    die-once) [ -e "$file.died" ] || { touch "$file.died"; exit 1; } ;;
    nonsense) echo nonsense; sleep 1000 ;;
    slow) sleep 1 ;;
  esac
  printf 'RESULT 2\nOK'
done
