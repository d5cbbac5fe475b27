package api

import (
	"net/url"
	"strings"
)

// TagURL is a tag's page.
func TagURL(tag string) string { return "/tag/" + url.PathEscape(tag) }

// SearchURL is the page with what a query finds.
func SearchURL(query string) string { return "/search?q=" + url.QueryEscape(query) }

// completed puts a word in the place of a query's last one.
func completed(query, word string) string {
	fields := strings.Fields(query)
	if len(fields) == 0 {
		return word
	}
	fields[len(fields)-1] = word
	return strings.Join(fields, " ")
}
