package rec

// chunkBits is the logarithm of how many entries a chunk of a column has.
const chunkBits = 12

const (
	chunkLen  = 1 << chunkBits
	chunkMask = chunkLen - 1
)

// column is a growing array that never moves what it holds, so that growing
// costs neither a copy nor twice the memory. T must not contain pointers:
// then the garbage collector skips it whole.
type column[T any] struct {
	chunks [][]T
	n      uint32
}

// add appends a zero entry and gives its place.
func (c *column[T]) add() uint32 {
	i := c.n
	if i&chunkMask == 0 {
		c.chunks = append(c.chunks, make([]T, chunkLen))
	}
	c.n++
	return i
}

// at gives the entry at a place.
func (c *column[T]) at(i uint32) *T { return &c.chunks[i>>chunkBits][i&chunkMask] }

// matrix is a growing table of rows of one width, stored like a column.
type matrix struct {
	width  int
	chunks [][]float32
	n      uint32
}

const rowBits = 8 // rows of a chunk of a matrix

// add appends a row of zeros and gives its place.
func (m *matrix) add() uint32 {
	i := m.n
	if i&(1<<rowBits-1) == 0 {
		m.chunks = append(m.chunks, make([]float32, m.width<<rowBits))
	}
	m.n++
	return i
}

// row gives the row at a place; writing to it writes to the matrix.
func (m *matrix) row(i uint32) []float32 {
	c := m.chunks[i>>rowBits]
	o := int(i&(1<<rowBits-1)) * m.width
	return c[o : o+m.width : o+m.width]
}
