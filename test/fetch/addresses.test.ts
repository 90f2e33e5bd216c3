// addresses: the borders of what is public, and one spelling for each address.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress, isPublic } from '../../src/fetch/addresses.ts'
import { isAllowEntry, readAllowed } from '../../src/fetch/allowed.ts'

const PUBLIC =
  '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2606:4700::1111 2a00:1450::1 2003::1'
const SPECIAL =
  '0.0.0.0 0.1.2.3 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255 168.63.129.16 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1'

for (const address of PUBLIC.split(' '))
  test(`${address} is public`, () => {
    assert.equal(isPublic(canonicalAddress(address) ?? ''), true)
  })

for (const address of SPECIAL.split(' '))
  test(`${address} is not public`, () => {
    assert.equal(isPublic(canonicalAddress(address) ?? ''), false)
  })

test('an address has one spelling, and IPv4 inside of IPv6 is IPv4', () => {
  assert.equal(canonicalAddress('0:0:0:0:0:0:0:1'), '::1')
  assert.equal(canonicalAddress('2A00::0001'), '2a00::1')
  assert.equal(canonicalAddress('::ffff:10.1.2.3'), '10.1.2.3')
  assert.equal(canonicalAddress('::ffff:a9fe:a9fe'), '169.254.169.254')
  for (const other of ['fe80::1%eth0', '127.1', '010.0.0.1', 'localhost', '', '1.2.3.4:80'])
    assert.equal(canonicalAddress(other), undefined, other)
  assert.equal(isPublic('nonsense'), false)
})

test('what is allowed is a host at any port, a host at one, or a network', () => {
  const allowed = readAllowed(['MinIO', 'db.corp.:9000', '10.1.2.3', '[::1]:8000', '10.9.0.0/16', 'fd00::/8'])
  assert.ok(allowed.host('minio', 1) && allowed.host('db.corp', 9000) && allowed.host('10.1.2.3', 22))
  assert.ok(allowed.host('::1', 8000) && allowed.address('10.9.255.1') && allowed.address('fd12::1'))
  assert.ok(!allowed.host('db.corp', 9001) && !allowed.host('::1', 8001) && !allowed.host('x.minio', 1))
  assert.ok(!allowed.address('10.10.0.0') && !allowed.address('fe80::1') && !allowed.address('10.1.2.3'))
})

for (const entry of [
  '',
  ' ',
  'a b',
  'http://a',
  'a/b',
  '10.0.0.0/33',
  '10.0.0/8',
  'a:b',
  'a:0',
  'a:65536',
  '*.a',
  '[::1',
])
  test(`"${entry}" cannot be allowed`, () => {
    assert.equal(isAllowEntry(entry), false)
  })
