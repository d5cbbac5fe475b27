package ledger

import "encoding/json"

// A Kind names what sort of act an entry is.
type Kind string

// The kinds. Their bodies hold words from short lists, numbers, hashes, keys
// and dates; whatever a person wrote, and whatever names a person or a clip,
// is a text beside the tree. In the comments: the texts that belong to it.
const (
	KindOwner        Kind = "owner"        // a key begins to sign: at entry 0, and after a handover
	KindConstitution Kind = "constitution" // the ranking document, whole · note
	KindModel        Kind = "model"        // a model was published, daily
	KindForgetting   Kind = "forgetting"   // events left the log, the model was made anew
	KindDecision     Kind = "decision"     // a moderator or rule decided on content · subject, reason
	KindRequest      Kind = "request"      // an authority asked · who, what, basis, done
	KindPhase        Kind = "phase"        // open ... purged: scheduled, cancelled, in force · note
	KindBlock        Kind = "block"        // a country does not see something, by order · by, order, subject
	KindRule         Kind = "rule"         // who must permit an export: changed
	KindPermit       Kind = "permit"       // asked, used, refused, revoked · purpose
	KindExport       Kind = "export"       // a realm or a part of it left
	KindReceipt      Kind = "receipt"      // another operator has it: the last owner's part ends here
	KindSplit        Kind = "split"        // a part became a realm of its own
	KindPurge        Kind = "purge"        // everything was erased but the ledger
	KindCertificate  Kind = "certificate"  // a former owner's certificate of purge has arrived
	KindRedaction    Kind = "redaction"    // a text beside the tree was taken away · note
)

// decodeBody reads the body of a kind; known is false for a kind that only a
// later version has.
func decodeBody(k Kind, raw json.RawMessage) (b Body, known bool, err error) {
	switch k {
	case KindOwner:
		b, err = decodeAs[Owner](raw)
	case KindConstitution:
		b, err = decodeAs[Constitution](raw)
	case KindModel:
		b, err = decodeAs[Model](raw)
	case KindForgetting:
		b, err = decodeAs[Forgetting](raw)
	case KindDecision:
		b, err = decodeAs[Decision](raw)
	case KindRequest:
		b, err = decodeAs[Request](raw)
	case KindPhase:
		b, err = decodeAs[Phase](raw)
	case KindBlock:
		b, err = decodeAs[Block](raw)
	case KindRule:
		b, err = decodeAs[RuleChange](raw)
	case KindPermit:
		b, err = decodeAs[PermitAct](raw)
	case KindExport:
		b, err = decodeAs[Export](raw)
	case KindReceipt:
		b, err = decodeAs[Received](raw)
	case KindSplit:
		b, err = decodeAs[Split](raw)
	case KindPurge:
		b, err = decodeAs[Purge](raw)
	case KindCertificate:
		b, err = decodeAs[Certified](raw)
	case KindRedaction:
		b, err = decodeAs[Redaction](raw)
	default:
		return nil, false, nil
	}
	return b, true, err
}

func decodeAs[B Body](raw json.RawMessage) (Body, error) {
	var b B
	err := decodeStrict(raw, &b)
	return b, err
}
