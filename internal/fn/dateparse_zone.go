package fn

// utcOffset reads Z, +hh, +hhmm or +hh:mm.
func (p *dateParser) utcOffset() error {
	p.spaces()
	offset := 0
	if p.at < len(p.in) && (p.in[p.at] == 'Z' || p.in[p.at] == 'z') {
		p.at++
		p.offset = &offset
		return nil
	}
	if p.at == len(p.in) || (p.in[p.at] != '+' && p.in[p.at] != '-') {
		return p.expected("an offset from UTC")
	}
	sign := 1
	if p.in[p.at] == '-' {
		sign = -1
	}
	p.at++
	h, err := p.digits(2, 2, "hours")
	if err != nil {
		return err
	}
	if p.at < len(p.in) && p.in[p.at] == ':' {
		p.at++
	}
	m := 0
	if p.at < len(p.in) && isDigit(p.in[p.at]) {
		if m, err = p.digits(2, 2, "minutes"); err != nil {
			return err
		}
	}
	offset = sign * (h*3600 + m*60)
	p.offset = &offset
	return nil
}

// zoneName reads the name of a time zone.
func (p *dateParser) zoneName() error {
	p.spaces()
	end := p.at
	for end < len(p.in) && p.in[end] != ' ' && p.in[end] != ',' && p.in[end] != ')' {
		end++
	}
	zone, err := p.lib.zoneArg([]Value{Text(p.in[p.at:end])}, 0)
	if err != nil || end == p.at {
		return p.expected("a time zone")
	}
	p.at, p.zone = end, zone
	return nil
}
