package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"reelm/internal/ledger"
)

// maxResource bounds what another server's ledger may send at once: a bundle
// of 256 entries, or the texts beside them.
const maxResource = 32 << 20

// RemoteLedger reads the ledger of a realm on any server, by the address of
// the realm.
func RemoteLedger(base string) ledger.Fetch {
	base = strings.TrimSuffix(strings.TrimSuffix(base, "/"), "/ledger") + "/ledger/"
	client := &http.Client{Timeout: time.Minute}
	return func(ctx context.Context, path string) (_ []byte, err error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
		if err != nil {
			return nil, err
		}
		res, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, res.Body.Close()) }()
		switch res.StatusCode {
		case http.StatusOK:
		case http.StatusNotFound, http.StatusGone:
			return nil, fmt.Errorf("%s%s: %w", base, path, fs.ErrNotExist)
		default:
			return nil, fmt.Errorf("%s%s: %s", base, path, res.Status)
		}
		b, err := io.ReadAll(io.LimitReader(res.Body, maxResource+1))
		if err == nil && len(b) > maxResource {
			err = fmt.Errorf("%s%s: more than %d bytes", base, path, maxResource)
		}
		return b, err
	}
}
