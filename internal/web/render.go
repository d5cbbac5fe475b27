package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"reelm/internal/words"
)

//go:embed templates
var templateFiles embed.FS

// Renderer turns view structs into pages, in every language.
type Renderer struct {
	static *Static
	now    func() time.Time
	// pages by language code and name; each language has its own set, so that
	// templates say {{t "key"}} wherever they are.
	pages map[string]map[string]*template.Template
}

// NewRenderer reads all templates. The clock is for the ages of things.
func NewRenderer(static *Static, now func() time.Time) (r *Renderer, err error) {
	r = &Renderer{static: static, now: now, pages: map[string]map[string]*template.Template{}}
	for _, lang := range words.Languages() {
		if r.pages[lang.Code()], err = r.read(lang); err != nil {
			return nil, fmt.Errorf("reading the templates in %s: %w", lang.Code(), err)
		}
	}
	return r, nil
}

func (r *Renderer) read(lang *words.Lang) (map[string]*template.Template, error) {
	spoken, err := scriptWords(lang)
	if err != nil {
		return nil, err
	}
	base, err := template.New("").Funcs(r.funcs(lang, spoken)).ParseFS(templateFiles, "templates/*.html", "templates/parts/*.html")
	if err != nil {
		return nil, err
	}
	set := map[string]*template.Template{"embed": base.Lookup("embed")}
	files, err := fs.Glob(templateFiles, "templates/pages/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		page, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if page, err = page.ParseFS(templateFiles, file); err != nil {
			return nil, err
		}
		set[strings.TrimSuffix(path.Base(file), ".html")] = page.Lookup("layout")
	}
	return set, nil
}

// Render writes a page whole, or nothing at all.
func (r *Renderer) Render(w io.Writer, lang *words.Lang, p Page) error {
	t := r.pages[lang.Code()][p.template()]
	if t == nil {
		return fmt.Errorf("there is no page %q in %q", p.template(), lang.Code())
	}
	l := p.frame()
	if l.Locale == "" {
		l.Locale = lang.T("language.locale")
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return fmt.Errorf("rendering the page %q: %w", p.template(), err)
	}
	_, err := b.WriteTo(w)
	return err
}
