// Package words holds every text that people read: the English and the German
// catalogue, and how each language writes numbers, dates and ages.
//
// A text has a key, such as `clip.likes`, and may have named gaps:
//
//	l := words.Match(r.Header.Get("Accept-Language"), chosen)
//	l.T("clip.likes", "n", 1204)   // "1,204 likes", "1.204 Likes"
//
// A text that depends on a number is an object of CLDR plural forms, chosen by
// the gap `n`. Codes of errors and of failed uploads are keys too
// (`error.CODE`, `fault.CODE`), so that what the API says in codes the pages
// say in words. Pick gives the texts that the scripts of a page speak.
package words
