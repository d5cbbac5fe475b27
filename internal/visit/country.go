package visit

import (
	"fmt"
	"net/netip"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Countries tells the country of an address from a local database in
// MaxMind's format.
type Countries struct{ db *maxminddb.Reader }

// OpenCountries opens a database whose records hold an ISO 3166-1 code as
// MaxMind's do (country.iso_code), or as `country_code`.
func OpenCountries(file string) (*Countries, error) {
	db, err := maxminddb.Open(file)
	if err != nil {
		return nil, fmt.Errorf("geo.database: want a country database in MaxMind's format: %w", err)
	}
	return &Countries{db}, nil
}

// Of gives the country of an address, "" if the database does not know it.
func (c *Countries) Of(addr netip.Addr) string {
	var record struct {
		Code    string `maxminddb:"country_code"`
		Country struct {
			Code string `maxminddb:"iso_code"`
		} `maxminddb:"country"`
		Registered struct {
			Code string `maxminddb:"iso_code"`
		} `maxminddb:"registered_country"`
	}
	if err := c.db.Lookup(addr).Decode(&record); err != nil {
		return "" // not of this database's kind of addresses
	}
	for _, code := range []string{record.Country.Code, record.Code, record.Registered.Code} {
		if len(code) == 2 {
			return code
		}
	}
	return ""
}

// Close closes the database.
func (c *Countries) Close() error { return c.db.Close() }
