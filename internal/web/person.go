package web

import (
	"hash/fnv"
	"strings"
	"unicode"

	"reelm/internal/api"
)

// Person is an account as pages show it to whoever looks.
type Person struct {
	Handle, Name, Bio           string
	Avatar                      string // address, "" for none
	Followers, Following, Clips int64
	Followed                    bool // by whoever looks
	Requested                   bool // whoever looks waits to be accepted
	Muted                       bool // by whoever looks
	Self                        bool // is whoever looks
}

// personOf is the author of something as who looks sees them.
func personOf(a api.Author, self bool) Person {
	return Person{Handle: a.Handle, Name: a.Name, Avatar: a.Avatar, Followed: a.Following, Self: self}
}

// URL is the person's page.
func (p Person) URL() string { return "/@" + p.Handle }

// Shown is the name that people read: the chosen one, else the handle.
func (p Person) Shown() string {
	if p.Name != "" {
		return p.Name
	}
	return p.Handle
}

// Hue picks one of twelve quiet colours for who has no picture.
func (p Person) Hue() uint32 {
	h := fnv.New32a()
	h.Write([]byte(p.Handle))
	return h.Sum32() % 12
}

// Initial is the letter on that colour.
func (p Person) Initial() string {
	for _, r := range p.Shown() {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return strings.ToUpper(string(r))
		}
	}
	return "·"
}
