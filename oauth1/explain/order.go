package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// order is how the parameters are lined up.
type order struct {
	kind orderKind
	at   int // for orderOwnInside a place, for orderUsual an order
}

type orderKind uint8

const (
	orderRFC          orderKind = iota // by encoded name, then encoded value
	orderSent                          // as sent
	orderOwnSentLast                   // oauth_ sorted, then own as sent
	orderOwnSentFirst                  // own as sent, then oauth_ sorted
	orderUsual                         // oauth_ in the order of the tutorials, own as sent behind
	orderUsualFirst                    // own as sent, oauth_ in the order of the tutorials behind
	orderBackward                      // sorted, last first
	orderOAuthFirst                    // each group sorted, oauth_ first
	orderOwnFirst                      // each group sorted, own first
	orderDecoded                       // by name and value before encoding
	orderText                          // by "name=value" as one text
	orderNamesOnly                     // by name, equal names as sent
	orderLower                         // in lower case
	orderUpper                         // in upper case
	orderCulture                       // as .NET compares words
	orderNumbers                       // values that are numbers by size
	orderOwnInside                     // own as sent, behind the first at oauth_ parameters
)

// usual are the orders in which tutorials and clients list the protocol
// parameters: most texts, the vendor's own script, R's httr, Python scripts.
var usual = [][]string{
	{"oauth_consumer_key", "oauth_signature_method", "oauth_timestamp", "oauth_nonce", "oauth_version", "oauth_token"},
	{"oauth_consumer_key", "oauth_signature_method", "oauth_nonce", "oauth_timestamp", "oauth_version", "oauth_token"},
	{"oauth_timestamp", "oauth_signature_method", "oauth_consumer_key", "oauth_version", "oauth_nonce", "oauth_token"},
	{"oauth_nonce", "oauth_timestamp", "oauth_version", "oauth_signature_method", "oauth_consumer_key", "oauth_token"},
}

// item is a parameter with its two texts encoded.
type item struct {
	*param
	n, v string
}

func (o order) sort(items []item) {
	switch o.kind {
	case orderRFC:
		slices.SortStableFunc(items, byEncoding)
	case orderSent:
	case orderOwnSentLast, orderOwnSentFirst, orderOAuthFirst, orderOwnFirst:
		o.groups(items)
	case orderUsual, orderUsualFirst:
		own := len(usual[o.at]) + 1
		if o.kind == orderUsualFirst {
			own = -1
		}
		slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(usualRank(a, o.at, own), usualRank(b, o.at, own)) })
	case orderBackward:
		slices.SortStableFunc(items, func(a, b item) int { return byEncoding(b, a) })
	case orderDecoded:
		slices.SortStableFunc(items, func(a, b item) int {
			return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
		})
	case orderText:
		slices.SortStableFunc(items, func(a, b item) int {
			return strings.Compare(a.n+"="+a.v, b.n+"="+b.v)
		})
	case orderNamesOnly:
		slices.SortStableFunc(items, func(a, b item) int { return strings.Compare(a.n, b.n) })
	case orderLower:
		sortFolded(items, strings.ToLower)
	case orderUpper:
		sortFolded(items, strings.ToUpper)
	case orderCulture:
		sortFolded(items, cultureKey)
	case orderNumbers:
		slices.SortStableFunc(items, func(a, b item) int {
			return cmp.Or(strings.Compare(a.n, b.n), compareNumbers(a.value, b.value), strings.Compare(a.v, b.v))
		})
	case orderOwnInside:
		o.inside(items)
	}
}

func byEncoding(a, b item) int {
	return cmp.Or(strings.Compare(a.n, b.n), strings.Compare(a.v, b.v))
}

func (o order) groups(items []item) {
	first := map[orderKind]bool{orderOwnSentLast: true, orderOAuthFirst: true}[o.kind]
	sortOwn := o.kind == orderOAuthFirst || o.kind == orderOwnFirst
	slices.SortStableFunc(items, func(a, b item) int {
		if a.oauth != b.oauth {
			if a.oauth == first {
				return -1
			}
			return 1
		}
		if a.oauth || sortOwn {
			return byEncoding(a, b)
		}
		return 0
	})
}

func usualRank(i item, order, own int) int {
	if !i.oauth {
		return own
	}
	if r := slices.Index(usual[order], i.name); r >= 0 {
		return r
	}
	return len(usual[order])
}

// inside puts the own parameters among the sorted oauth_ ones.
func (o order) inside(items []item) {
	order{kind: orderOwnSentLast}.sort(items)
	n := 0
	for n < len(items) && items[n].oauth {
		n++
	}
	if o.at < n {
		own := slices.Clone(items[n:])
		copy(items[o.at+len(own):], items[o.at:n])
		copy(items[o.at:], own)
	}
}

func sortFolded(items []item, fold func(string) string) {
	slices.SortStableFunc(items, func(a, b item) int {
		return cmp.Or(strings.Compare(fold(a.name), fold(b.name)), strings.Compare(fold(a.value), fold(b.value)))
	})
}

// cultureKey maps s to a text whose byte order is that of a .NET culture for
// ASCII: hyphens and apostrophes weigh nothing, then symbols, digits, letters
// without regard to case; small before capital where all else is equal.
func cultureKey(s string) string {
	var main, tie []rune
	for _, r := range s {
		switch {
		case r == '-' || r == '\'':
		case unicode.IsLetter(r):
			main = append(main, 0x20000+unicode.ToLower(r))
			if unicode.IsUpper(r) {
				tie = append(tie, 2)
			} else {
				tie = append(tie, 1)
			}
		case unicode.IsDigit(r):
			main = append(main, 0x10000+r)
		default:
			main = append(main, r)
		}
	}
	return string(main) + "\x00" + string(tie)
}

func compareNumbers(a, b string) int {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err1 != nil || err2 != nil {
		return 0
	}
	return cmp.Compare(x, y)
}

// render appends the normalised parameters.
func (p *paramList) render(dst []byte, w *workspace) []byte {
	w.items = w.items[:0]
	for i := range p.list {
		it := item{param: &p.list[i], n: p.list[i].encName, v: p.list[i].encValue}
		if p.names != rfc {
			it.n = p.names.string(it.name)
		}
		if p.values != rfc {
			it.v = p.values.string(it.value)
		}
		w.items = append(w.items, it)
	}
	p.order.sort(w.items)
	for i, it := range w.items {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = append(dst, it.n...)
		if !it.bare {
			dst = append(append(dst, '='), it.v...)
		}
	}
	return dst
}
