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

  /* What Studio's own page does when an editor reports: leave when saved or cancelled, show what went wrong. */
  function followEditor(editor) {
    const alert = document.getElementById('studio-alert');
    const leave = (message) => {
      if (window.parent !== window) {
        window.parent.postMessage({type: message}, '*');
      }
      window.location.assign(editor.dataset.returnTo);
    };
    runtime.listenTo('save', (data) => {
      alert.textContent = data.state === 'start' ? data.message || '' : '';
      if (data.state === 'end') {
        leave('saveEditedXBlockData');
      }
    });
    runtime.listenTo('cancel', () => leave('closeXBlockEditorModal'));
    runtime.listenTo('error', (data) => {
      alert.textContent = [data.title, data.message].filter(Boolean).join(': ');
    });
  }

  window.sandboxRuntime = runtime;
  window.sandboxCsrfToken = csrfToken;
  document.addEventListener('DOMContentLoaded', () => {
    const editors = document.querySelectorAll('[data-studio-editor]');
    editors.forEach(followEditor);
    initialize(document);
    /* As Studio does: what is typed before the block's script listens would not be saved. */
    editors.forEach((editor) => { editor.hidden = false; });
  });
}());
