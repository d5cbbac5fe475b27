package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
)

// List implements Store.
func (f *Folder) List(ctx context.Context, prefix, after string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		dir := prefix
		if prefix == "" {
			dir = "."
		}
		if err := checkPrefix(prefix); err != nil {
			fail(yield, err)
			return
		}
		f.list(ctx, dir, after, yield)
	}
}

func (f *Folder) list(ctx context.Context, dir, after string, yield func(Info, error) bool) (more bool) {
	names, err := f.names(dir)
	if err != nil {
		return fail(yield, fmt.Errorf("blob: listing %s: %w", dir, err))
	}
	for _, name := range names {
		if err := context.Cause(ctx); err != nil {
			return fail(yield, err)
		}
		key := path.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			// All keys in there begin with key/: they come before after as a
			// whole, or not.
			if key+"/" < after && !strings.HasPrefix(after, key+"/") {
				continue
			}
			if !f.list(ctx, key, after, yield) {
				return false
			}
			continue
		}
		if key <= after {
			continue
		}
		fi, err := f.root.Lstat(key)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted meanwhile
		}
		if err != nil {
			return fail(yield, fmt.Errorf("blob: listing %s: %w", key, err))
		}
		if !yield(Info{Key: key, Size: fi.Size(), Modified: fi.ModTime()}, nil) {
			return false
		}
	}
	return true
}

// names lists what a folder holds of ours, folders with a slash behind, in
// the order of the keys: "a-b" comes before "a/b". A folder that is not
// there holds nothing.
func (f *Folder) names(dir string) ([]string, error) {
	d, err := f.root.Open(dir)
	if err != nil {
		if errors.Is(missing(err), fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	entries, err := d.ReadDir(-1)
	_ = d.Close() // was only read
	if errors.Is(missing(err), fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		switch {
		case CheckKey(e.Name()) != nil: // staging, or a stranger's
		case e.IsDir():
			names = append(names, e.Name()+"/")
		case e.Type().IsRegular():
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// fail ends a list with an error.
func fail(yield func(Info, error) bool, err error) (more bool) {
	yield(Info{}, err)
	return false
}
