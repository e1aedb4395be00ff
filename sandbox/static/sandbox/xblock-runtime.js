/* The part of the platform's XBlock runtime that blocks rely on: handlerUrl, notify, and initialisation. */
(function () {
  'use strict';

  function csrfToken() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : '';
  }

  if (window.jQuery) {
    window.jQuery.ajaxSetup({
      beforeSend(request, settings) {
        if (!/^(GET|HEAD|OPTIONS)$/.test(settings.type) && !this.crossDomain) {
          request.setRequestHeader('X-CSRFToken', csrfToken());
        }
      },
    });
  }

  const listeners = {};

  function dataOf(element) {
    const node = element.jquery ? element[0] : element;
    return (node.closest('.xblock') || node).dataset;
  }

  const runtime = {
    handlerUrl(element, name, suffix, query) {
      const data = dataOf(element);
      const base = data.handlerPrefix + name;
      return base + (suffix ? '/' + suffix : '') + (query ? '?' + query : '');
    },
    notify(name, data) {
      (listeners[name] || []).forEach((listener) => listener(data));
    },
    listenTo(name, listener) {
      (listeners[name] = listeners[name] || []).push(listener);
    },
  };

  function initialize(root) {
    root.querySelectorAll('.xblock[data-init]:not([data-initialized])').forEach((element) => {
      element.dataset.initialized = 'true';
      const args = element.querySelector(':scope > script.xblock_json_init_args');
      const start = window[element.dataset.init];
      if (typeof start === 'function') {
        start(runtime, element, args ? JSON.parse(args.textContent) : undefined);
      }
    });
  }

  window.sandboxRuntime = runtime;
  window.sandboxCsrfToken = csrfToken;
  document.addEventListener('DOMContentLoaded', () => initialize(document));
}());
