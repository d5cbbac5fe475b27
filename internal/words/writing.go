package words

// writing is how a language writes what is no word.
type writing struct {
	code   string
	dir    string
	group  string // between thousands
	point  string // before decimals
	units  []unit // of compact counts, the largest first
	plural func(n int64) string
}

// unit of a compact count: from which count on it is used, and what it counts.
type unit struct {
	from, size int64
	name       string
}

var english = writing{
	code: "en", dir: "ltr", group: ",", point: ".", plural: oneOther,
	units: []unit{{1e9, 1e9, "B"}, {1e6, 1e6, "M"}, {1e4, 1e3, "k"}},
}

var german = writing{
	code: "de", dir: "ltr", group: ".", point: ",", plural: oneOther,
	units: []unit{{1e9, 1e9, hardSpace + "Mrd."}, {1e6, 1e6, hardSpace + "Mio."}},
}

// oneOther is the CLDR rule of English and German for whole numbers.
func oneOther(n int64) string {
	if n == 1 {
		return "one"
	}
	return "other"
}
