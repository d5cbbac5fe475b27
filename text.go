package reelm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CleanText makes what somebody typed fit to be stored and shown: valid
// UTF-8, no control characters but newline, no bidi overrides or invisible
// characters that could make a text pretend to be another, no runs of blank
// lines, trimmed. Longer than max runes is refused and names the field.
func CleanText(field, s string, max int) (string, error) {
	if !utf8.ValidString(s) {
		return "", Wrong(field, "bad-text", "the text is not valid UTF-8")
	}
	if len(s) > max*16+1024 {
		return "", tooLong(field, max)
	}
	var b strings.Builder
	newlines := 0
	for _, r := range norm.NFC.String(strings.ReplaceAll(s, "\r\n", "\n")) {
		switch {
		case r == '\n':
			if newlines++; newlines > 2 {
				continue
			}
		case r == '\t':
			r = ' '
		case hidden(r):
			continue
		default:
			if !unicode.IsSpace(r) {
				newlines = 0
			}
		}
		b.WriteRune(r)
	}
	out := strings.TrimSpace(b.String())
	if utf8.RuneCountInString(out) > max {
		return "", tooLong(field, max)
	}
	return out, nil
}

// CleanLine is CleanText for what stands on one line.
func CleanLine(field, s string, max int) (string, error) {
	s, err := CleanText(field, s, max)
	return strings.Join(strings.Fields(s), " "), err
}

// Legible drops from a text what CleanText drops, and leaves its lines as they
// are: for what is shown again to whoever typed it.
func Legible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\r' && r != '\t' && hidden(r) {
			return -1
		}
		return r
	}, s)
}

func hidden(r rune) bool { return unicode.IsControl(r) || invisible(r) }

func tooLong(field string, max int) error {
	return Wrong(field, "too-long", "at most %d characters", max).With("max", max)
}

// invisible characters reorder or hide text. Joiners stay: emoji and several
// scripts need them.
func invisible(r rune) bool {
	switch {
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069: // bidi embeddings, overrides, isolates
		return true
	case r == 0x200B, r == 0x200E, r == 0x200F, r == 0x061C, r == 0x2060, r == 0xFEFF, r == 0x00AD, r == 0x180E:
		return true
	case r >= 0xE0000 && r <= 0xE007F: // tags, except that flags of regions are lost with them
		return true
	case r >= 0xFFF0 && r <= 0xFFFB:
		return true
	}
	return false
}

// Limits of what a caption may name.
const (
	MaxTags     = 30
	MaxTagRunes = 50
	MaxMentions = 20
)

// Caption is a caption taken apart.
type Caption struct {
	Text     string
	Tags     []string // folded, without #, each once, in order
	Mentions []string // handles, without @, each once, in order
}

// ParseCaption cleans a caption and finds its tags and mentions. Too many of
// either is refused, so that captions cannot be used to flood tag pages or
// notifications.
func ParseCaption(s string) (Caption, error) {
	text, err := CleanText("caption", s, MaxCaption)
	if err != nil {
		return Caption{}, err
	}
	c := Caption{Text: text}
	for _, p := range Pieces(text) {
		switch p.Kind {
		case PieceTag:
			c.Tags = appendOnce(c.Tags, p.Target)
		case PieceMention:
			c.Mentions = appendOnce(c.Mentions, p.Target)
		}
	}
	if len(c.Tags) > MaxTags {
		return Caption{}, Wrong("caption", "too-many-tags", "at most %d tags", MaxTags).With("max", MaxTags)
	}
	if len(c.Mentions) > MaxMentions {
		return Caption{}, Wrong("caption", "too-many-mentions", "at most %d mentions", MaxMentions).With("max", MaxMentions)
	}
	return c, nil
}

func appendOnce(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// PieceKind tells what a piece of text is.
type PieceKind int

// The kinds of pieces.
const (
	PieceText PieceKind = iota
	PieceTag
	PieceMention
)

// Piece is a stretch of text, with its target where it is a link: the folded
// tag or the handle.
type Piece struct {
	Kind   PieceKind
	Text   string
	Target string
}

// Pieces splits text into plain stretches, #tags and @mentions. Put together
// again, the pieces' texts are the text.
func Pieces(text string) []Piece {
	var out []Piece
	plain := 0
	prev := rune(' ')
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if (r == '#' || r == '@') && !wordRune(prev) && prev != '/' && prev != '&' {
			if p, ok := linkPiece(text[i:]); ok {
				if plain < i {
					out = append(out, Piece{Text: text[plain:i]})
				}
				out = append(out, p)
				i += len(p.Text)
				plain = i
				prev, _ = utf8.DecodeLastRuneInString(p.Text)
				continue
			}
		}
		prev = r
		i += size
	}
	if plain < len(text) {
		out = append(out, Piece{Text: text[plain:]})
	}
	return out
}

func linkPiece(s string) (Piece, bool) {
	end := 1
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if s[0] == '@' && !(r < utf8.RuneSelf && (wordRune(r) || r == '.')) || s[0] == '#' && !wordRune(r) {
			break
		}
		end += size
	}
	word := strings.TrimRight(s[1:end], "._")
	if s[0] == '#' {
		tag, ok := FoldTag(word)
		return Piece{PieceTag, s[:1+len(word)], tag}, ok
	}
	h, err := ParseHandle(word)
	return Piece{PieceMention, s[:1+len(word)], h}, err == nil
}

func wordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// FoldTag gives the one form under which a tag is stored and found: without
// #, lower case, in normal form KC. It is false for what is no tag: empty, too long, only
// digits, or with characters that tags do not have.
func FoldTag(s string) (string, bool) {
	s = norm.NFKC.String(strings.ToLower(norm.NFKC.String(strings.TrimPrefix(s, "#"))))
	letters := false
	n := 0
	for _, r := range s {
		if !wordRune(r) {
			return "", false
		}
		letters = letters || unicode.IsLetter(r)
		n++
	}
	return s, letters && n <= MaxTagRunes && utf8.ValidString(s)
}
