# Texts from hell, and how to see that they took no effect. Source it.

# Formulas, markup, SQL, terminal escapes of 7 and of 8 bits, a window's title, text that turns around, lines, 4 kB, no UTF-8.
corpus=('=cmd|calc' '+1+1' '-2+3' '@SUM(1)' '<script>alert(1)</script>' '"><img src=x onerror=alert(1)>' ']]><!-- &lt;b&gt;'
	"'; DROP TABLE run; --" $'\e[2J\e[31mOWNED' $'\e]0;OWNED\a' $'\u009b2JOWNED' $'\u202edlrow' $'a\u2066b\u200fc' $'two\nlines\rback'
	'^XZ~JR^FD_1B' '%s%n%n{{serial}}' "$(printf 'x%.0s' {1..4096})")

# quiet FILE: nothing in it that a terminal would obey, or that turns text around; and it is UTF-8
quiet() {
	iconv -f utf-8 -t utf-8 "$1" >/dev/null || return
	! LC_ALL=C grep -qP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]' "$1" || { echo "a control character"; return 1; }
	! grep -qP '[\x{80}-\x{9f}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]' "$1" || { echo "a C1 or turning character"; return 1; }
}
