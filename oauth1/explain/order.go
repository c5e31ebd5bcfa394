package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
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

func (o order) sort(items []*item) {
	if o.kind == orderRFC {
		slices.SortStableFunc(items, byEncoding)
		return
	}
	slices.SortStableFunc(items, func(a, b *item) int { return a.seq - b.seq })
	switch o.kind {
	case orderSent:
	case orderOwnSentLast, orderOwnSentFirst, orderOAuthFirst, orderOwnFirst:
		o.groups(items)
	case orderUsual, orderUsualFirst:
		own := len(usual[o.at]) + 1
		if o.kind == orderUsualFirst {
			own = -1
		}
		slices.SortStableFunc(items, func(a, b *item) int { return cmp.Compare(usualRank(a, o.at, own), usualRank(b, o.at, own)) })
	case orderBackward:
		slices.SortStableFunc(items, func(a, b *item) int { return byEncoding(b, a) })
	case orderDecoded:
		slices.SortStableFunc(items, func(a, b *item) int {
			return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
		})
	case orderText:
		slices.SortStableFunc(items, func(a, b *item) int {
			return strings.Compare(a.n+"="+a.v, b.n+"="+b.v)
		})
	case orderNamesOnly:
		slices.SortStableFunc(items, func(a, b *item) int { return strings.Compare(a.n, b.n) })
	case orderLower:
		sortFolded(items, func(c byte) int { return int(lower(c)) })
	case orderUpper:
		sortFolded(items, func(c byte) int { return int(upper(c)) })
	case orderCulture:
		sortFolded(items, cultureWeight)
	case orderNumbers:
		slices.SortStableFunc(items, func(a, b *item) int {
			return cmp.Or(strings.Compare(a.n, b.n), compareNumbers(a.value, b.value), strings.Compare(a.v, b.v))
		})
	case orderOwnInside:
		o.inside(items)
	}
}

func byEncoding(a, b *item) int {
	return cmp.Or(strings.Compare(a.n, b.n), strings.Compare(a.v, b.v))
}

func (o order) groups(items []*item) {
	first := map[orderKind]bool{orderOwnSentLast: true, orderOAuthFirst: true}[o.kind]
	sortOwn := o.kind == orderOAuthFirst || o.kind == orderOwnFirst
	slices.SortStableFunc(items, func(a, b *item) int {
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

func usualRank(i *item, order, own int) int {
	if !i.oauth {
		return own
	}
	if r := slices.Index(usual[order], i.name); r >= 0 {
		return r
	}
	return len(usual[order])
}

// inside puts the own parameters among the sorted oauth_ ones.
func (o order) inside(items []*item) {
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

// sortFolded compares the decoded texts by the weights of their bytes, those
// of weight -1 left out.
func sortFolded(items []*item, weight func(byte) int) {
	slices.SortStableFunc(items, func(a, b *item) int {
		return cmp.Or(compareWeights(a.name, b.name, weight), compareWeights(a.value, b.value, weight))
	})
}

func compareWeights(a, b string, weight func(byte) int) int {
	i, j := 0, 0
	for {
		for i < len(a) && weight(a[i]) < 0 {
			i++
		}
		for j < len(b) && weight(b[j]) < 0 {
			j++
		}
		if i == len(a) || j == len(b) {
			return cmp.Compare(len(a)-i, len(b)-j)
		}
		if d := weight(a[i]) - weight(b[j]); d != 0 {
			return d
		}
		i++
		j++
	}
}

// cultureWeight orders ASCII as the cultures of .NET do: hyphens and
// apostrophes weigh nothing, then symbols, digits, letters without regard to case.
func cultureWeight(c byte) int {
	switch {
	case c == '-' || c == '\'':
		return -1
	case '0' <= c && c <= '9':
		return 256 + int(c)
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf:
		return 512 + int(lower(c))
	}
	return int(c)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
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
	w.items, w.room = w.items[:0], slices.Grow(w.room[:0], len(p.list))
	for _, q := range p.list {
		it := item{param: q, n: q.encName, v: q.encValue}
		if p.names != rfc {
			it.n = p.names.string(it.name)
		}
		if p.values != rfc {
			it.v = p.values.string(it.value)
		}
		w.room = append(w.room, it)
		w.items = append(w.items, &w.room[len(w.room)-1])
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
