package ledger_test

import (
	"crypto/rand"
	"fmt"
	"log"
	"time"

	"reelm/internal/ledger"
)

func newKey(name string) ledger.Key {
	secret, _, err := ledger.GenerateKey(rand.Reader, name)
	if err != nil {
		log.Fatal(err)
	}
	k, err := ledger.ParseKey(secret)
	if err != nil {
		log.Fatal(err)
	}
	return k
}

// A realm whose algorithm leaves only if two of three authorities permit it
// asks for permits, and gets one.
func ExampleRule_Permitted() {
	realm := newKey("video.example/ledger")
	court, data, trade := newKey("court.example"), newKey("data.example"), newKey("trade.example")
	rule := ledger.Rule{Require: []string{court.Verifier(), data.Verifier(), trade.Verifier()}, Threshold: 2}

	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	request, err := ledger.RequestPermit(ledger.Terms{
		Realm: realm.Verifier(), What: []string{"algorithm", "log"}, Constitution: 3, Recipient: "age1buyer", Purpose: "sale of the service",
	}, now, realm)
	if err != nil {
		log.Fatal(err)
	}
	// At the authority, offline:
	permit, err := ledger.SignPermit(request, now.AddDate(0, 1, 0), 0, now, court)
	if err != nil {
		log.Fatal(err)
	}
	// At the realm, before an export:
	use := ledger.Use{Realm: realm.Verifier(), What: []string{"algorithm"}, Constitution: 3, Recipient: "age1buyer", At: now}
	_, err = rule.Permitted(use, [][]byte{permit, permit}, nil)
	fmt.Println(err)
	// Output: not permitted: 1 of 2 permits are missing, of data.example, trade.example
}
