package rec

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// ErrSnapshot is what Restore's refusals wrap: the bytes are not a snapshot,
// are of another version, cut short or changed. The way out is to fold the
// log anew.
var ErrSnapshot = errors.New("rec: unusable snapshot")

// codec walks over the model's state and either writes or reads it: one
// description of the state for both, so that they cannot drift apart. Numbers
// are little-endian. Reading is bounded: nothing is allocated before the bytes
// for it are there.
type codec struct {
	w   io.Writer
	r   io.Reader
	buf []byte
	err error
}

const codecBuf = 1 << 16

func (c *codec) reading() bool { return c.r != nil }

// raw writes or reads b.
func (c *codec) raw(b []byte) {
	if c.err != nil {
		return
	}
	if c.reading() {
		if _, err := io.ReadFull(c.r, b); err != nil {
			c.err = errors.Join(ErrSnapshot, err)
			clear(b)
		}
		return
	}
	_, c.err = c.w.Write(b)
}

// bad ends reading: a number is none that writing can have made.
func (c *codec) bad(when bool) {
	if when && c.err == nil {
		c.err = ErrSnapshot
	}
}

func (c *codec) u64(x *uint64) {
	b := c.buf[:8]
	binary.LittleEndian.PutUint64(b, *x)
	c.raw(b)
	if c.reading() {
		*x = binary.LittleEndian.Uint64(b)
	}
}

func (c *codec) u32(x *uint32) {
	b := c.buf[:4]
	binary.LittleEndian.PutUint32(b, *x)
	c.raw(b)
	if c.reading() {
		*x = binary.LittleEndian.Uint32(b)
	}
}

func (c *codec) i64(x *int64) {
	u := uint64(*x)
	c.u64(&u)
	if c.reading() { // what is written is also read by others
		*x = int64(u)
	}
}

func (c *codec) f64(x *float64) {
	u := math.Float64bits(*x)
	c.u64(&u)
	if c.reading() {
		*x = math.Float64frombits(u)
	}
}

func (c *codec) f32(x *float32) {
	u := math.Float32bits(*x)
	c.u32(&u)
	if c.reading() {
		*x = math.Float32frombits(u)
	}
}

// u32s writes or reads a slice of fixed length.
func (c *codec) u32s(x []uint32) {
	for len(x) > 0 && c.err == nil {
		n := min(len(x), codecBuf/4)
		b := c.buf[:4*n]
		if !c.reading() {
			for i, v := range x[:n] {
				binary.LittleEndian.PutUint32(b[4*i:], v)
			}
		}
		c.raw(b)
		if c.reading() {
			for i := range x[:n] {
				x[i] = binary.LittleEndian.Uint32(b[4*i:])
			}
		}
		x = x[n:]
	}
}

// f32s writes or reads a slice of fixed length.
func (c *codec) f32s(x []float32) {
	for len(x) > 0 && c.err == nil {
		n := min(len(x), codecBuf/4)
		b := c.buf[:4*n]
		if !c.reading() {
			for i, v := range x[:n] {
				binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(v))
			}
		}
		c.raw(b)
		if c.reading() {
			for i := range x[:n] {
				x[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
			}
		}
		x = x[n:]
	}
}

// words writes or reads a slice of any length up to most.
func (c *codec) words(x *[]uint32, most int) {
	n := uint32(len(*x))
	c.u32(&n)
	c.bad(int(n) > most)
	if c.err != nil {
		return
	}
	if !c.reading() {
		c.u32s(*x)
		return
	}
	*x = nil
	for n > 0 && c.err == nil { // grows with what is really there
		k := min(n, 1<<14)
		part := make([]uint32, k)
		c.u32s(part)
		*x = append(*x, part...)
		n -= k
	}
}

// entries writes or reads a column by a function for one entry.
func entries[T any](c *codec, col *column[T], one func(*T)) {
	n := col.n
	c.u32(&n)
	if c.reading() {
		*col = column[T]{}
	}
	for i := uint32(0); i < n && c.err == nil; i++ {
		if c.reading() {
			col.add()
		}
		one(col.at(i))
	}
}
