package web

import (
	"time"

	"reelm/internal/ledger"
	"reelm/internal/store"
	"reelm/internal/words"
)

// Figure is how many entries of a kind each of the last twelve months has: a
// picture, with the numbers as a table behind it.
type Figure struct {
	Title string
	Total int64
	Bars  []Bar
}

// Bar is one month of a figure, in units of its picture: 240 wide, 64 high.
type Bar struct {
	X, Y, Width, Height int
	Month               string // in words
	N                   int64
}

const (
	figureMonths = 12
	barStep      = 20
	barWidth     = 14
	barRoom      = 60
)

// figureKinds are what people ask about, in this order.
var figureKinds = []ledger.Kind{ledger.KindRequest, ledger.KindBlock, ledger.KindDecision, ledger.KindForgetting, ledger.KindConstitution, ledger.KindExport}

// figuresOf draws the kinds that have anything to show.
func figuresOf(lang *words.Lang, months []store.MonthFigure, now time.Time) []Figure {
	count := map[string]int64{}
	for _, m := range months {
		count[m.Month+" "+string(m.Kind)] = m.N
	}
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1-figureMonths, 0)
	var out []Figure
	for _, kind := range figureKinds {
		f := Figure{Title: lang.T("ledger.figure." + string(kind))}
		most := int64(1)
		for i := range figureMonths {
			at := first.AddDate(0, i, 0)
			n := count[at.Format("2006-01")+" "+string(kind)]
			f.Total += n
			most = max(most, n)
			f.Bars = append(f.Bars, Bar{X: i*barStep + (barStep-barWidth)/2, Width: barWidth, N: n, Month: lang.Month(at)})
		}
		if f.Total == 0 {
			continue
		}
		for i := range f.Bars {
			b := &f.Bars[i]
			if b.N > 0 {
				b.Height = max(2, int(b.N*barRoom/most))
			}
			b.Y = barRoom - b.Height
		}
		out = append(out, f)
	}
	return out
}

// Label says the whole figure to whoever does not see it.
func (f Figure) Label() string { return f.Title }
