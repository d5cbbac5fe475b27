// Package eval says how well a recommender would have done on a log: the
// protocols, metrics and baselines of `reelm eval`.
//
// A log is a CSV file with the columns user, item, time (seconds) and value;
// more columns are allowed. Rows are taken in the order of their times, rows
// of one time in the order of the file. The positives are the first rows of
// each user and item whose value reaches a bound.
//
//   - Time: the last tenth of the positives is the test, what comes before it
//     trains, and nothing is learned during the test.
//   - Last: the last positive of each user is the test, all else trains.
//   - Prequential: as Time, but the test is walked in order: recommend, score
//     against that one positive, learn it and go on.
//
// Everything here is reproducible: the same file and options give the same
// figures, on every machine.
package eval
