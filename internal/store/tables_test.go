package store_test

import (
	"slices"
	"testing"

	"reelm/internal/store"
	"reelm/internal/store/storetest"
)

// Whoever adds a table decides in tables.go whether it passes to another
// operator.
func TestEveryTableIsDecidedOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.DB) {
		there, decided, err := open(store.Options{}).TablesDecided(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range there {
			if !slices.Contains(decided, name) {
				t.Errorf("table %s: does it pass to another operator? Decide in tables.go", name)
			}
		}
		for _, name := range decided {
			if !slices.Contains(there, name) {
				t.Errorf("there is no table %s", name)
			}
		}
	})
}
