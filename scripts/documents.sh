#!/usr/bin/env bash
# The documents are true: what the READMEs say the program can do, the program can do, and the other way round; links lead somewhere.
#
#   scripts/documents.sh PROGRAM      for instance target/debug/sluis
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

program=${1:?usage: scripts/documents.sh PROGRAM}
wrong=0
wrong() {
    printf 'documents: %s\n' "$*" >&2
    wrong=$((wrong + 1))
}

# The commands that the program itself lists, one a line.
told=$("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\)\( .*\)\{0,1\}$/\1/p' | grep -vx help | sort)
[ -n "$told" ] || wrong "$program --help lists no commands"

for readme in README.md README.nl.md; do
    # The rows of the table of commands begin with | `sluis NAME …` |.
    written=$(sed -n 's/^| `sluis \([a-z][a-z-]*\).*/\1/p' "$readme" | sort -u)
    while read -r name; do
        [ -z "$name" ] || wrong "$readme does not mention 'sluis $name'"
    done < <(comm -23 <(printf '%s\n' "$told") <(printf '%s\n' "$written"))
    while read -r name; do
        [ -z "$name" ] || wrong "$readme mentions 'sluis $name', which the program does not have"
    done < <(comm -13 <(printf '%s\n' "$told") <(printf '%s\n' "$written"))
    # Exactly two commands for a fresh machine: the lines of its first block of shell.
    block=$(awk '/^```sh$/ {on = 1; next} /^```$/ {if (on) exit} on' "$readme")
    [ "$block" = "$(printf 'scripts/demo.sh\nscripts/test.sh')" ] || wrong "$readme does not begin with its two commands"
done

# An option that a table shows must stand in that command's help.
while read -r name option; do
    "$program" "$name" --help 2>/dev/null | grep -q -- "$option" || wrong "'sluis $name' has no $option"
done < <(sed -n 's/^| `sluis \([a-z][^`]*\)`.*/\1/p' README.md README.nl.md |
    awk '{for (i = 2; i <= NF; i++) if ($i ~ /^\[?--/) {gsub(/[][]/, "", $i); print $1, $i}}' | sort -u)

# Links between our own files.
while IFS= read -r file; do
    while IFS= read -r link; do
        path=${link%%#*}
        [ -z "$path" ] || [ -e "$(dirname "$file")/$path" ] || wrong "$file links to $link, which does not exist"
    done < <(grep -oE '\]\([^) ]+\)' "$file" | sed 's/^](//; s/)$//' | grep -vE '^[a-z]+:' || true)
done < <(git ls-files --cached --others --exclude-standard '*.md')

[ "$wrong" -eq 0 ] || exit 1
printf 'documents: the commands, options and links in the READMEs and documents are true\n'
