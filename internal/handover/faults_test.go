package handover_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"reelm"
	"reelm/internal/handover"
)

// member is a file of an archive that a seller packs by hand.
type member struct {
	name string
	body []byte
}

// unpack opens an archive as its recipient.
func (b *buyer) unpack(path string) (out []member) {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	plain, err := age.Decrypt(f, b.identity)
	if err != nil {
		b.Fatal(err)
	}
	z, err := zstd.NewReader(plain)
	if err != nil {
		b.Fatal(err)
	}
	defer z.Close()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			b.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, member{h.Name, body})
	}
}

// pack makes an archive by hand.
func (b *buyer) pack(members []member, to ...age.Recipient) string {
	b.Helper()
	var out bytes.Buffer
	if len(to) == 0 {
		to = append(to, b.identity.Recipient())
	}
	enc, err := age.Encrypt(&out, to...)
	if err != nil {
		b.Fatal(err)
	}
	z, err := zstd.NewWriter(enc)
	if err != nil {
		b.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m.name, Size: int64(len(m.body)), Mode: 0o600}); err != nil {
			b.Fatal(err)
		}
		if _, err := w.Write(m.body); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close(), enc.Close()); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "by-hand.reelm")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// A byte that changed in any file of the archive, repacked so that age and
// zstd see nothing, is found and named, and nothing is imported.
func TestAFlippedByteInEveryFileIsFound(t *testing.T) {
	tw := newTown(t, 3, 3)
	tw.watch()
	b := newBuyer(t)
	path, _ := tw.export(b)
	members := b.unpack(path)
	folders := map[string]bool{}
	for i, m := range members {
		folder, _, _ := strings.Cut(m.name, "/")
		if strings.HasPrefix(m.name, "tables/") || strings.HasPrefix(m.name, "ledger/") {
			folder = m.name
		}
		if folders[folder] || len(m.body) == 0 {
			continue
		}
		folders[folder] = true
		bad := append([]member(nil), members...)
		bad[i].body = bytes.Clone(m.body)
		bad[i].body[len(m.body)/2] ^= 1
		_, err := b.take(b.pack(bad))
		if err == nil {
			t.Fatalf("%s was changed, and imported", m.name)
		}
		if text := err.Error(); !strings.Contains(text, m.name) && !strings.Contains(text, "manifest") {
			t.Errorf("%s was changed: %v", m.name, err)
		}
		b.nothing()
	}
	if len(folders) < 15 {
		t.Errorf("only %d files were changed", len(folders))
	}
	for i, m := range members { // a file that is not there
		if i%5 == 0 {
			if _, err := b.take(b.pack(append(append([]member(nil), members[:i]...), members[i+1:]...))); err == nil {
				t.Errorf("imported without %s", m.name)
			}
			b.nothing()
		}
	}
	b.mustTake(b.pack(members))
}

func TestDamageAndStrangersAreNamed(t *testing.T) {
	tw := newTown(t, 3, 3)
	tw.watch()
	b, stranger := newBuyer(t), newBuyer(t)
	path, _ := tw.export(b)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file := func(content []byte) string {
		name := filepath.Join(t.TempDir(), "bad.reelm")
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	members := b.unpack(path)
	for name, c := range map[string]struct {
		who  *buyer
		path string
		kind reelm.Kind
		says string
	}{
		"cut off in the middle":   {b, file(whole[:len(whole)/2]), 0, "cut off"},
		"cut off at the end":      {b, file(whole[:len(whole)-3]), 0, "cut off"},
		"empty":                   {b, file(nil), 0, "neither age nor zstd"},
		"a flipped byte":          {b, file(flip(whole, len(whole)/2)), 0, "changed"},
		"something behind it":     {b, file(append(bytes.Clone(whole), "tail"...)), 0, ""},
		"another's key":           {stranger, path, reelm.Refused, "another recipient"},
		"handed on":               {stranger, b.pack(members, stranger.identity.Recipient()), reelm.Refused, "was made for"},
		"without a manifest":      {b, b.pack(members[:len(members)-1]), 0, "manifest.note"},
		"a link":                  {b, b.pack(append([]member{{"../../evil", []byte("x")}}, members...)), 0, "evil"},
		"a manifest of elsewhere": {b, b.pack(append(members[:len(members)-1:len(members)-1], member{"manifest.note", otherNote(t)})), reelm.Refused, "made for"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.who.take(c.path)
			if err == nil || reelm.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v (kind %v), want %q", err, reelm.KindOf(err), c.says)
			}
			c.who.nothing()
		})
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// otherNote is the manifest of another realm's archive.
func otherNote(t *testing.T) []byte {
	t.Helper()
	tw := newTown(t, 1, 1)
	_, done := tw.export(newBuyer(t))
	return done.Note
}

// A folder of parts goes on with the first missing part, and an import passes
// over parts that it has read.
func TestPartsGoOn(t *testing.T) {
	tw := newTown(t, 4, 8)
	tw.watch()
	b := newBuyer(t)
	dir := t.TempDir()
	into := func(x *handover.Export) { x.Out = dir }
	tw.export(b, into)
	first, err := os.Stat(filepath.Join(dir, "00001.reelm"))
	if err != nil {
		t.Fatal(err)
	}
	// The same again writes only what changed since, as another part.
	_, done := tw.export(b, into)
	second, err := os.Stat(filepath.Join(dir, "00002.reelm"))
	if err != nil || second.Size() >= first.Size() {
		t.Fatalf("the second part has %d bytes, the first %d, %v", second.Size(), first.Size(), err)
	}
	if got := b.mustTake(dir); got.Manifest != done.Manifest {
		t.Errorf("imported %x, want the newest", got.Manifest)
	}
	other := newBuyer(t)
	if _, err := (handover.Export{To: other.to(), Out: dir}).Run(t.Context(), tw.place()); reelm.KindOf(err) != reelm.Conflict {
		t.Errorf("parts for two recipients in one folder: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "00001.reelm")); err != nil {
		t.Fatal(err)
	}
	if _, err := newBuyerLike(t, b).take(dir); err == nil || !strings.Contains(err.Error(), "00001.reelm is missing") {
		t.Errorf("%v", err)
	}
	tw.export(b, into) // makes the missing part again
	newBuyerLike(t, b).mustTake(dir)
}

// newBuyerLike is another machine of a buyer.
func newBuyerLike(t *testing.T, b *buyer) *buyer {
	t.Helper()
	n := newBuyer(t)
	n.identity = b.identity
	return n
}
