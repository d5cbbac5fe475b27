package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// day is a time of the tests: day(0), day(1), ... are a day apart.
func day(n int) time.Time { return time.Date(2026, 1, 2+n, 15, 4, 5, 0, time.UTC) }

// someRand is a source that gives the same bytes in every run.
func someRand(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

// party is somebody with a key.
type party struct {
	key      string // verifier key
	signer   Key
	verifier note.Verifier
}

func newParty(t testing.TB, name string) party {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	skey, vkey, err := GenerateKey(rand.NewChaCha8(seed), name)
	if err != nil {
		t.Fatal(err)
	}
	p := party{key: vkey}
	if p.signer, err = ParseKey(skey); err != nil {
		t.Fatal(err)
	}
	if p.verifier, err = ParseVerifier(vkey); err != nil {
		t.Fatal(err)
	}
	return p
}

// memory is the storage of a ledger, as simple as it can be.
type memory struct {
	t          testing.TB
	owner      party
	edge       Edge
	rows       []Row
	nodes      map[int][]tlog.Hash
	texts      map[int64][]Text
	statements map[tlog.Hash][]byte
	checkpoint []byte
	rand       *rand.ChaCha8
}

// found makes a ledger with its owner's entry.
func found(t testing.TB, owner party) *memory {
	t.Helper()
	m := &memory{t: t, owner: owner, nodes: map[int][]tlog.Hash{}, texts: map[int64][]Text{}, statements: map[tlog.Hash][]byte{}, rand: someRand(1)}
	m.sign()
	m.add(day(0), Owner{Key: owner.key}, nil)
	return m
}

// copy is another storage with the same content.
func (m *memory) copy() *memory {
	c := *m
	c.edge.peaks = append([]tlog.Hash(nil), m.edge.peaks...)
	c.rows = nil
	for _, r := range m.rows {
		r.Leaf = append([]byte(nil), r.Leaf...)
		c.rows = append(c.rows, r)
	}
	c.nodes, c.texts, c.statements = map[int][]tlog.Hash{}, map[int64][]Text{}, map[tlog.Hash][]byte{}
	for l, h := range m.nodes {
		c.nodes[l] = append([]tlog.Hash(nil), h...)
	}
	for n, t := range m.texts {
		c.texts[n] = append([]Text(nil), t...)
	}
	for id, s := range m.statements {
		c.statements[id] = append([]byte(nil), s...)
	}
	return &c
}

func (m *memory) add(at time.Time, body Body, texts map[string]string) (index int64) {
	m.t.Helper()
	index = m.enter(at, body, texts)
	m.sign()
	return index
}

// enter adds an entry without signing the tree.
func (m *memory) enter(at time.Time, body Body, texts map[string]string) (index int64) {
	m.t.Helper()
	e, beside, err := NewEntry(m.rand, at, body, texts)
	if err != nil {
		m.t.Fatal(err)
	}
	leaf, err := e.Encode()
	if err != nil {
		m.t.Fatal(err)
	}
	index = m.put(leaf)
	for i := range beside {
		beside[i].Entry = index
	}
	if len(beside) > 0 {
		m.texts[index] = beside
	}
	return index
}

func (m *memory) put(leaf []byte) (index int64) {
	row := m.edge.Add(leaf)
	m.rows = append(m.rows, row)
	for _, n := range row.Nodes {
		m.nodes[n.Level] = append(m.nodes[n.Level], n.Hash)
	}
	return row.N
}

func (m *memory) sign() {
	m.t.Helper()
	var err error
	if m.checkpoint, err = SignCheckpoint(m.edge.Tree(), m.owner.signer); err != nil {
		m.t.Fatal(err)
	}
}

// keep keeps a statement for the ledger to serve.
func (m *memory) keep(signed []byte) tlog.Hash {
	m.t.Helper()
	n, err := readNote(signed)
	if err != nil {
		m.t.Fatal(err)
	}
	id := tlog.Hash(sha256.Sum256([]byte(n.Text)))
	m.statements[id] = signed
	return id
}

func (m *memory) fetch(ctx context.Context, path string) ([]byte, error) {
	return Rows{
		Checkpoint: func(context.Context) ([]byte, error) { return m.checkpoint, nil },
		Hashes: func(_ context.Context, level int, first int64, count int) ([]tlog.Hash, error) {
			if level > 0 {
				return m.nodes[level][first : first+int64(count)], nil
			}
			var hashes []tlog.Hash
			for _, r := range m.rows[first : first+int64(count)] {
				hashes = append(hashes, r.Hash)
			}
			return hashes, nil
		},
		Leaves: func(_ context.Context, first int64, count int) ([][]byte, error) {
			var leaves [][]byte
			for _, r := range m.rows[first : first+int64(count)] {
				leaves = append(leaves, r.Leaf)
			}
			return leaves, nil
		},
		Texts: func(_ context.Context, first int64, count int) ([]Text, error) {
			var texts []Text
			for n := first; n < first+int64(count); n++ {
				texts = append(texts, m.texts[n]...)
			}
			return texts, nil
		},
		Statement: func(_ context.Context, id tlog.Hash) ([]byte, error) {
			if s, ok := m.statements[id]; ok {
				return s, nil
			}
			return nil, fmt.Errorf("statement: %w", fs.ErrNotExist)
		},
	}.Fetch(ctx, path)
}

func (m *memory) verify(opts Options) (*Report, error) {
	return Verify(context.Background(), m.fetch, opts)
}

// manyModels adds n entries of one kind, quickly.
func (m *memory) manyModels(n int) {
	m.t.Helper()
	for i := range n {
		m.put(fmt.Appendf(nil, `{"at":"2026-01-02T15:04:05Z","body":{"model":"%064x","seq":%d},"kind":"model","v":1}`, i, i))
	}
	m.sign()
}

// manyActs adds n entries of several kinds, some with texts.
func (m *memory) manyActs(n int) {
	m.t.Helper()
	for i := range n {
		switch i % 4 {
		case 0:
			m.enter(day(i), Model{Seq: int64(i), Hash: fmt.Sprintf("%064x", i)}, nil)
		case 1:
			m.enter(day(i), Decision{Act: "removed", Subject: "clip", Rule: "spam", Automatic: i%8 == 1}, map[string]string{"subject": fmt.Sprint("clip ", i), "reason": "the same advertisement, forty times"})
		case 2:
			m.enter(day(i), Phase{Act: "effective", From: "open", Phase: "read-only"}, nil)
		case 3:
			m.enter(day(i), Forgetting{Cause: "person", People: 1, Messages: int64(i), Seq: int64(i), Old: fmt.Sprintf("%064x", i), New: fmt.Sprintf("%064x", i+1)}, nil)
		}
	}
	m.sign()
}
