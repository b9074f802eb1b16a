#!/bin/sh
# An event listener in plain sh: appends each event to the file that it is given.
while :; do
  echo READY
  read -r head || exit 0
  length=${head##*len:}
  { echo "$head"; head -c "$length"; echo; } >> "$1"
  printf 'RESULT 2\nOK'
done
