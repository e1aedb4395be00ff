'use strict'

// The library's database, in memory: collections are lists of plain objects, found by equal members.
class Memory {
  constructor () {
    this.collections = new Map()
  }

  async setup () {
    return true
  }

  async Close () {
    return true
  }

  async Get (_key, collection, query = {}) {
    const found = this._all(collection).filter((row) => matches(row, query))
    return found.length > 0 ? found.map((row) => structuredClone(row)) : false
  }

  async Insert (_key, collection, item, index = {}) {
    this._all(collection).push({ createdAt: Date.now(), ...index, ...structuredClone(item) })
    return true
  }

  async Replace (key, collection, query, item, index) {
    await this.Delete(collection, query)
    return this.Insert(key, collection, item, index)
  }

  async Modify (_key, collection, query, modification) {
    for (const row of this._all(collection)) {
      if (matches(row, query)) Object.assign(row, modification)
    }
    return true
  }

  async Delete (collection, query) {
    this.collections.set(collection, this._all(collection).filter((row) => !matches(row, query)))
    return true
  }

  _all (collection) {
    if (!this.collections.has(collection)) this.collections.set(collection, [])
    return this.collections.get(collection)
  }
}

function matches (row, query) {
  return Object.entries(query).every(([name, value]) => row[name] === value)
}

module.exports = { Memory }
