package ledger

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// An Edge is the right edge of a tree: all that adding to it needs. It is
// at most 64 hashes: for a tree of 1101b leaves the roots of its parts of 8,
// 4 and 1 leaves. The zero Edge is that of the empty tree.
type Edge struct {
	size  int64
	peaks []tlog.Hash // of the largest part first
}

// A Row is what an added leaf gives to store.
type Row struct {
	N     int64 // the entry's index, from 0 on
	Leaf  []byte
	Hash  tlog.Hash // of the leaf (RFC 6962: SHA-256 over 0x00 and the leaf)
	Nodes []Node    // the tile-level roots that it completed: one in 256 leaves has any
}

// A Node is the root of a full subtree of 256^Level leaves, the N-th of its
// level, from 0 on: what tiles above level 0 are made of. What lies between
// is hashed again when it is asked for.
type Node struct {
	Level int // 1 to 7
	N     int64
	Hash  tlog.Hash
}

// Size is the number of leaves.
func (e *Edge) Size() int64 { return e.size }

// Add adds a leaf, whose bytes it does not copy.
func (e *Edge) Add(leaf []byte) Row {
	row := Row{N: e.size, Leaf: leaf, Hash: tlog.RecordHash(leaf)}
	hash := row.Hash
	e.size++
	for height := range bits.TrailingZeros64(uint64(e.size)) {
		last := len(e.peaks) - 1
		hash = tlog.NodeHash(e.peaks[last], hash)
		e.peaks = e.peaks[:last]
		if (height+1)%tileHeight == 0 {
			row.Nodes = append(row.Nodes, Node{(height + 1) / tileHeight, e.size>>(height+1) - 1, hash})
		}
	}
	e.peaks = append(e.peaks, hash)
	return row
}

// Tree is the size and root hash (RFC 6962, section 2.1).
func (e *Edge) Tree() tlog.Tree {
	if e.size == 0 {
		return emptyTree()
	}
	root := e.peaks[len(e.peaks)-1]
	for i := len(e.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(e.peaks[i], root)
	}
	return tlog.Tree{N: e.size, Hash: root}
}

// MarshalBinary writes the hashes one behind the other, 32 bytes each. The
// size is stored beside them.
func (e *Edge) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, len(e.peaks)*tlog.HashSize)
	for _, h := range e.peaks {
		b = append(b, h[:]...)
	}
	return b, nil
}

// LoadEdge reads what MarshalBinary wrote for a tree of that size.
func LoadEdge(size int64, b []byte) (*Edge, error) {
	if size < 0 || len(b) != bits.OnesCount64(uint64(size))*tlog.HashSize {
		return nil, fmt.Errorf("%w: the edge of a tree of %d leaves cannot have %d bytes", ErrFormat, size, len(b))
	}
	e := &Edge{size: size}
	for ; len(b) > 0; b = b[tlog.HashSize:] {
		e.peaks = append(e.peaks, tlog.Hash(b[:tlog.HashSize]))
	}
	return e, nil
}
