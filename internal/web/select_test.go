package web_test

import (
	"strings"

	"golang.org/x/net/html"
)

// all finds the elements that a selector means: "tag", ".class", "#id",
// "[name]" and "[name=value]", joined without spaces, and descendants by
// spaces. That is enough for pages of our own.
func (p *page) all(selector string) []*html.Node {
	p.Helper()
	if p.root == nil {
		p.Fatalf("%s is no page", p.path)
	}
	found := []*html.Node{p.root}
	for _, step := range strings.Fields(selector) {
		var next []*html.Node
		seen := map[*html.Node]bool{}
		for _, from := range found {
			walk(from, func(n *html.Node) {
				if n != from && !seen[n] && matches(n, step) {
					seen[n] = true
					next = append(next, n)
				}
			})
		}
		found = next
	}
	return found
}

// one finds exactly one.
func (p *page) one(selector string) *html.Node {
	p.Helper()
	found := p.all(selector)
	if len(found) != 1 {
		p.Fatalf("%s has %d of %s, not one", p.path, len(found), selector)
	}
	return found[0]
}

func (p *page) has(selector string) bool { p.Helper(); return len(p.all(selector)) > 0 }

// text is what the elements of a selector say.
func (p *page) text(selector string) string {
	p.Helper()
	var out []string
	for _, n := range p.all(selector) {
		out = append(out, textOf(n))
	}
	return strings.Join(out, "|")
}

// attr is an attribute of the one element of a selector.
func (p *page) attr(selector, name string) string { p.Helper(); return attr(p.one(selector), name) }

func walk(n *html.Node, f func(*html.Node)) {
	if n.Type == html.ElementNode || n.Type == html.DocumentNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, f)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	var f func(*html.Node)
	f = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			f(c)
		}
	}
	f(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func matches(n *html.Node, step string) bool {
	if n.Type != html.ElementNode {
		return false
	}
	end := strings.IndexAny(step, ".#[")
	if end < 0 {
		end = len(step)
	}
	if tag := step[:end]; tag != "" && tag != n.Data {
		return false
	}
	for rest := step[end:]; rest != ""; {
		kind := rest[0]
		stop := strings.IndexAny(rest[1:], ".#[")
		part := rest[1:]
		if kind == '[' {
			stop = strings.IndexByte(rest, ']')
			part, rest = rest[1:stop], rest[stop+1:]
		} else if stop >= 0 {
			part, rest = rest[1:stop+1], rest[stop+1:]
		} else {
			rest = ""
		}
		if !holds(n, kind, part) {
			return false
		}
	}
	return true
}

func holds(n *html.Node, kind byte, part string) bool {
	switch kind {
	case '.':
		for _, c := range strings.Fields(attr(n, "class")) {
			if c == part {
				return true
			}
		}
		return false
	case '#':
		return attr(n, "id") == part
	}
	name, value, valued := strings.Cut(part, "=")
	return hasAttr(n, name) && (!valued || attr(n, name) == value)
}
