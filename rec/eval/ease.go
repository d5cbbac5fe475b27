package eval

// ease is the linear autoencoder with a closed form (Steck, WWW 2019, arXiv
// 1905.03375): with P the inverse of X'X + lambda, the weight of item i for
// item j is -P_ij / P_jj.
//
// P is computed from whichever is smaller, items x items or, by the Woodbury
// identity P = (1 - X' M X) / lambda with M the inverse of lambda + X X',
// users x users. Logs in which both exceed easeMost are given to it with the
// most popular items only.
type ease struct {
	history
	lambda float64
	kept   []int32   // items by column
	column []int32   // by item, -1 if not kept
	p      *sym      // items x items, if there are fewer items
	m      *sym      // users x users, if there are fewer users
	users  [][]int32 // by column: who had it in training
	rowOf  []int32   // by user: its row in m, -1 for users without positives
	diag   []float64 // P_jj
	score  []float64
	dense  []float64 // scratch
}

// easeMost is the side of the largest matrix that is inverted.
const easeMost = 9000

func newEase(s *split, lambda float64) *ease {
	return &ease{history: newHistory(s.users, s.items), lambda: lambda, score: make([]float64, s.items)}
}

func (e *ease) learn(r row) { e.add(r) }

func (e *ease) ready() {
	e.pick()
	e.users = make([][]int32, len(e.kept))
	e.rowOf = make([]int32, len(e.of))
	rows := int32(0)
	for u, items := range e.of {
		e.rowOf[u] = -1
		for _, i := range items {
			if c := e.column[i]; c >= 0 {
				if e.rowOf[u] < 0 {
					e.rowOf[u] = rows
					rows++
				}
				e.users[c] = append(e.users[c], int32(u))
			}
		}
	}
	e.diag = make([]float64, len(e.kept))
	if int(rows) < len(e.kept) {
		e.readyUsers(int(rows))
	} else {
		e.readyItems()
	}
}

// pick chooses the items: all, or the most popular.
func (e *ease) pick() {
	count := make([]float64, len(e.rank))
	active := 0
	for _, items := range e.of {
		if len(items) > 0 {
			active++
		}
		for _, i := range items {
			count[i]++
		}
	}
	e.kept = e.order
	if len(e.order) > easeMost && active > easeMost {
		none := history{of: [][]int32{nil}, order: e.order, rank: e.rank, has: make([]int32, len(e.rank))}
		e.kept = none.best(0, count, easeMost)
	}
	e.column = make([]int32, len(e.rank))
	for i := range e.column {
		e.column[i] = -1
	}
	for c, i := range e.kept {
		e.column[i] = int32(c)
	}
}

// readyItems inverts X'X + lambda.
func (e *ease) readyItems() {
	e.p = newSym(len(e.kept))
	workers(len(e.kept), func(c int) {
		r := e.p.row(c)
		for _, u := range e.users[c] {
			for _, i := range e.of[u] {
				if k := e.column[i]; k >= 0 {
					r[k]++
				}
			}
		}
		r[c] += e.lambda
	})
	e.p.invert()
	for c := range e.diag {
		e.diag[c] = e.p.row(c)[c]
	}
}

// readyUsers inverts X X' + lambda.
func (e *ease) readyUsers(n int) {
	e.m = newSym(n)
	for _, users := range e.users {
		for _, u := range users {
			r := e.m.row(int(e.rowOf[u]))
			for _, v := range users {
				r[e.rowOf[v]]++
			}
		}
	}
	for u := range n {
		e.m.row(u)[u] += e.lambda
	}
	e.m.invert()
	for c, users := range e.users {
		s := 0.0
		for _, u := range users {
			r := e.m.row(int(e.rowOf[u]))
			for _, v := range users {
				s += r[e.rowOf[v]]
			}
		}
		e.diag[c] = (1 - s) / e.lambda
	}
	e.dense = make([]float64, n)
}

func (e *ease) top(user int32, _ int64, n int) []int32 {
	clear(e.score)
	if e.p != nil {
		for _, i := range e.of[user] {
			if c := e.column[i]; c >= 0 {
				for k, v := range e.p.row(int(c)) {
					e.score[e.kept[k]] -= v
				}
			}
		}
	} else {
		clear(e.dense) // M X x, by user
		for _, i := range e.of[user] {
			if c := e.column[i]; c >= 0 {
				for _, u := range e.users[c] {
					for k, v := range e.m.row(int(e.rowOf[u])) {
						e.dense[k] += v
					}
				}
			}
		}
		for c, users := range e.users {
			s := 0.0
			for _, u := range users {
				s += e.dense[e.rowOf[u]]
			}
			e.score[e.kept[c]] = s / e.lambda
		}
	}
	for c, i := range e.kept {
		e.score[i] /= e.diag[c]
	}
	return e.best(user, e.score, n)
}
