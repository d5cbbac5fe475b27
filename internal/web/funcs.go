package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"reelm"
	"reelm/internal/words"
)

// funcs are the functions of the templates in one language, with the words
// that its scripts speak.
func (r *Renderer) funcs(lang *words.Lang, spoken map[string]template.JS) template.FuncMap {
	return template.FuncMap{
		"t":           lang.T,
		"lang":        lang.Code,
		"dir":         lang.Dir,
		"languages":   words.Languages,
		"playerWords": func(script string) template.JS { return spoken[script] },
		"compact":     lang.Compact,
		"percent":     lang.Percent,
		"bytes":       lang.Bytes,
		"length":      lang.Length,
		"date":        lang.Date,
		"moment":      lang.Time,
		"age":         func(t time.Time) string { return lang.Age(t, r.now()) },
		"rfc3339":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"asset":       r.static.URL,
		"icon":        r.icon,
		"pieces":      linkPieces,
		"paragraphs":  paragraphs,
		"maxComment":  func() int { return reelm.MaxComment },
	}
}

// icon refers to a symbol of the sprite; the name is of our own templates.
func (r *Renderer) icon(name string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="icon" aria-hidden="true" width="24" height="24"><use href="%s#%s"></use></svg>`,
		r.static.URL("icons.svg"), template.HTMLEscapeString(name)))
}

// linkedPiece is a stretch of a caption, with the page it leads to.
type linkedPiece struct{ Text, Link string }

func linkPieces(text string) []linkedPiece {
	var out []linkedPiece
	for _, p := range reelm.Pieces(text) {
		link := ""
		switch p.Kind {
		case reelm.PieceTag:
			link = "/tag/" + url.PathEscape(p.Target)
		case reelm.PieceMention:
			link = "/@" + p.Target
		}
		out = append(out, linkedPiece{p.Text, link})
	}
	return out
}

// paragraphs are the parts of a text between empty lines.
func paragraphs(text string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(text, "\n\n", "\x00"), func(r rune) bool { return r == 0 })
}

// isoDuration writes a duration as schema.org and others read it: PT1M2S.
func isoDuration(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("PT%dM%dS", s/60, s%60)
}
